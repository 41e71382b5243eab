#include "act/target.h"

#include <utility>

#include "act/limit_step.h"
#include "act/link_step.h"
#include "act/listener_step.h"
#include "act/sysctl_step.h"

namespace weir::act {
namespace {

struct Finder {
  kernel::Kernel& kernel;

  Result<std::unique_ptr<LiveTarget>> operator()(const SysctlTarget& target) const {
    return find_sysctl(target, kernel);
  }
  Result<std::unique_ptr<LiveTarget>> operator()(const ListenerTarget& target) const {
    return find_listener(target, kernel);
  }
  Result<std::unique_ptr<LiveTarget>> operator()(const LimitTarget& target) const {
    return find_limit(target, kernel);
  }
  Result<std::unique_ptr<LiveTarget>> operator()(const LinkTarget& target) const {
    return find_link_target(target, kernel);
  }
};

}  // namespace

Result<std::unique_ptr<LiveTarget>> find_target(const StepTarget& target, kernel::Kernel& kernel) {
  return std::visit(Finder{kernel}, target);
}
Result<std::unique_ptr<LiveTarget>> find_target(const Step& step, kernel::Kernel& kernel) {
  return find_target(step.target, kernel);
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
