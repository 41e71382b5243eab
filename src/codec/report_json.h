// Reports as JSON: weir.check/1 and weir.config/1 (docs: schema/).
// Not read back: nothing in weir takes a report as input but `weir plan`, which takes the Recording.
#pragma once

#include <string>

#include "model/configuration.h"
#include "model/finding.h"

namespace weir::codec {

/// Deterministic: equal values give equal bytes. Ends with a newline.
[[nodiscard]] std::string report_to_json(const Report& report);
[[nodiscard]] std::string config_report_to_json(const ConfigReport& report);

}  // namespace weir::codec
