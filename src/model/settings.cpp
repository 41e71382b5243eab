#include "model/settings.h"

namespace weir {

std::optional<std::string> find_sysctl_value(const std::map<std::string, std::string>& sysctls,
                                             const std::string& name) {
  const auto found = sysctls.find(name);
  return found == sysctls.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace weir
