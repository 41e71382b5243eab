// Snapshots and Recordings as JSON: weir.snapshot/1 and weir.recording/1, both ways without loss.
// Not the report: report_json.h.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/recording.h"

namespace weir::codec {

/// Deterministic: equal values give equal bytes. Ends with a newline.
[[nodiscard]] std::string recording_to_json(const Recording& recording);

/// Reads either format; a lone Snapshot becomes a Recording without `last`. Unknown fields are
/// ignored. Errors: malformed (not JSON, truncated, a wrong type), unsupported (another schema, or
/// a later major number).
[[nodiscard]] Result<Recording> parse_recording(std::string_view json);

}  // namespace weir::codec
