#include "model/plan.h"

namespace weir {

std::string step_kind(const Step& step) { return std::holds_alternative<SysctlTarget>(step.target) ? "sysctl" : "listener"; }

std::string step_target_name(const Step& step) {
  if (const auto* sysctl = std::get_if<SysctlTarget>(&step.target)) return sysctl->name;
  return std::get<ListenerTarget>(step.target).name;
}

}  // namespace weir
