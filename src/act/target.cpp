#include "act/target.h"

#include "act/limit_step.h"
#include "act/link_step.h"
#include "act/listener_step.h"
#include "act/sysctl_step.h"

namespace weir::act {
namespace {

struct Finder {
  kernel::Kernel& kernel;

  Result<std::unique_ptr<LiveTarget>> operator()(const SysctlTarget& target) const { return find_sysctl(target, kernel); }
  Result<std::unique_ptr<LiveTarget>> operator()(const ListenerTarget& target) const { return find_listener(target, kernel); }
  Result<std::unique_ptr<LiveTarget>> operator()(const LimitTarget& target) const { return find_limit(target, kernel); }
  Result<std::unique_ptr<LiveTarget>> operator()(const LinkTarget& target) const { return find_link_target(target, kernel); }
};

}  // namespace

Result<std::unique_ptr<LiveTarget>> find_target(const Step& step, kernel::Kernel& kernel) { return std::visit(Finder{kernel}, step.target); }

}  // namespace weir::act
