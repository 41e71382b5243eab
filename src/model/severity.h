// How bad a finding is.
// Not a log level.
#pragma once

#include <optional>
#include <string_view>

namespace weir {

enum class Severity {
  notice,    ///< worth knowing; it does not affect users
  warning,   ///< it will matter under more load, or a setting does harm now
  critical,  ///< connections or packets are being lost, or an attack is going on
};

[[nodiscard]] std::string_view severity_id(Severity severity);
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view id);

}  // namespace weir
