// Settings: what the host is set to, by the kernel's parameters and by the files and programs that
// write them. Not what a parameter is (parameter.h), nor whether a value is good.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/config_line.h"

namespace weir {

struct Settings {
  /// dotted name → the kernel's text, trimmed, tabs as blanks
  std::map<std::string, std::string> sysctls;
  /// the lines of the host's own sysctl files; empty outside the initial namespace
  std::vector<ConfigLine> configuration;
  /// running programs that write the same settings: "tuned (812)"
  std::vector<std::string> tuners;
  friend bool operator==(const Settings&, const Settings&) = default;
};

/// The text of one of Settings::sysctls; nothing if it is not among them.
[[nodiscard]] std::optional<std::string> find_sysctl_value(
    const std::map<std::string, std::string>& sysctls, const std::string& name);

/// The `index`-th integer of that text, from 0; nothing if the text has none there.
[[nodiscard]] std::optional<std::int64_t> find_setting(
    const std::map<std::string, std::string>& sysctls, const std::string& name,
    std::size_t index = 0);
[[nodiscard]] std::optional<std::int64_t> find_setting(const Settings& settings,
                                                       const std::string& name,
                                                       std::size_t index = 0);

}  // namespace weir
