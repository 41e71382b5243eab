#include "act/target.h"

#include <utility>

#include "act/listener_step.h"
#include "act/sysctl_step.h"

namespace weir::act {

Result<std::unique_ptr<LiveTarget>> find_target(const Step& step, kernel::Kernel& kernel) {
  if (const auto* sysctl = std::get_if<SysctlTarget>(&step.target)) return find_sysctl(*sysctl, kernel);
  return find_listener(std::get<ListenerTarget>(step.target), kernel);
}

Result<LiveValue> read_live(const Step& step, kernel::Kernel& kernel) {
  WEIR_TRY(const std::unique_ptr<LiveTarget> target, find_target(step, kernel));
  LiveValue value;
  value.wanted = target->normalize(step.wanted);
  auto now = target->read();
  if (now.ok()) {
    value.now = std::move(now).value();
  } else if (now.error().code != ErrorCode::not_found) {
    return std::move(now).error();
  }
  return value;
}

}  // namespace weir::act
