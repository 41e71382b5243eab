#include "model/severity.h"

namespace weir {

std::string_view severity_id(Severity severity) {
  switch (severity) {
    case Severity::notice: return "notice";
    case Severity::warning: return "warning";
    case Severity::critical: return "critical";
  }
  return "critical";
}

std::optional<Severity> parse_severity(std::string_view id) {
  for (const Severity severity : {Severity::notice, Severity::warning, Severity::critical}) {
    if (severity_id(severity) == id) return severity;
  }
  return std::nullopt;
}

}  // namespace weir
