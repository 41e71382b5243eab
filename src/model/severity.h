// How bad a finding is.
// Not a log level.
#pragma once

#include <optional>
#include <string_view>

namespace weir {

enum class Severity {
  notice,    ///< worth knowing; no user is hurt
  warning,   ///< it will be under more load, or a setting does harm now
  critical,  ///< connections or packets are being lost, or an attack is under way
};

[[nodiscard]] std::string_view severity_id(Severity severity);
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view id);

}  // namespace weir
