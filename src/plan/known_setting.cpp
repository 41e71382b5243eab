#include "plan/known_setting.h"

#include "model/sysctl_name.h"

namespace weir::plan {

const Parameter* find_known_setting(const std::string& name, const Catalog& catalog) {
  const auto components = parse_sysctl_name(name);
  const Parameter* parameter =
      components ? catalog.find_parameter(sysctl_key(*components)) : nullptr;
  return parameter != nullptr && parameter->kind == ParameterKind::sysctl ? parameter : nullptr;
}

}  // namespace weir::plan
