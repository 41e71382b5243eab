#include "model/settings.h"

#include "base/text.h"

namespace weir {

std::optional<std::string> find_sysctl_value(const std::map<std::string, std::string>& sysctls,
                                             const std::string& name) {
  const auto found = sysctls.find(name);
  return found == sysctls.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> find_setting(const std::map<std::string, std::string>& sysctls,
                                         const std::string& name, std::size_t index) {
  const auto found = sysctls.find(name);
  if (found == sysctls.end()) return std::nullopt;
  const auto words = split_words(found->second);
  if (index >= words.size()) return std::nullopt;
  return parse_integer(words[index]);
}

std::optional<std::int64_t> find_setting(const Settings& settings, const std::string& name,
                                         std::size_t index) {
  return find_setting(settings.sysctls, name, index);
}

}  // namespace weir
