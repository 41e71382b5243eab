// Reports as JSON: weir.check/1 and weir.config/1 (docs: schema/). Only a part is read back: the
// findings and their host, which `weir plan --from` needs. The chain's numbers are conclusions, and
// are not read.
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

/// Whether a text has the schema of a report of `weir check --json`, of any version.
[[nodiscard]] bool is_report(std::string_view json);
/// Reads the host, boot and namespace (netns, boot_id, hostname, kernel) and the findings without
/// their changes. Members that this weir does not know are ignored. Errors: malformed, unsupported
/// (not a report, or a later major version).
[[nodiscard]] Result<Report> parse_report(std::string_view json);

}  // namespace weir::codec
