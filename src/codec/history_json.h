// What was applied and what of it drifted, as JSON: weir.history/1 and weir.drift/1.
// Not read back (weir writes them for others), and not the journal: store/ keeps that.
#pragma once

#include <string>
#include <vector>

#include "model/drift.h"
#include "model/history.h"

namespace weir::codec {

/// `entries` newest first. Ends with a newline.
[[nodiscard]] std::string history_to_json(const std::vector<HistoryEntry>& entries,
                                          const BootMoment& now);

[[nodiscard]] std::string drift_to_json(const Drift& drift);

}  // namespace weir::codec
