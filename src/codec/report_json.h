// Reports as JSON: weir.check/1 and weir.config/1 (docs: schema/).
// Not the whole way back: what `weir plan --from` needs of a report is read, its findings and what
// they are of; the chain's numbers are conclusions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/configuration.h"
#include "model/finding.h"

namespace weir::codec {

/// Deterministic: equal values give equal bytes. Ends with a newline.
[[nodiscard]] std::string report_to_json(const Report& report);
[[nodiscard]] std::string config_report_to_json(const ConfigReport& report);

/// Whether a text says of itself that it is a report of `weir check --json`, of any version.
[[nodiscard]] bool is_report(std::string_view json);
/// The host, boot and namespace (netns, boot_id, hostname, kernel) and the findings, without their
/// changes; nothing else is read. Members that this weir does not know are ignored. Errors:
/// malformed, unsupported (no report, or one of a later major version).
[[nodiscard]] Result<Report> parse_report(std::string_view json);

}  // namespace weir::codec
