#include "act/target.h"

#include "act/listener_step.h"
#include "act/sysctl_step.h"

namespace weir::act {

Result<std::unique_ptr<LiveTarget>> find_target(const Step& step, kernel::Kernel& kernel) {
  if (const auto* sysctl = std::get_if<SysctlTarget>(&step.target)) return find_sysctl(*sysctl, kernel);
  return find_listener(std::get<ListenerTarget>(step.target), kernel);
}

}  // namespace weir::act
