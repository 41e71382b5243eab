// What was applied as JSON: weir.history/1.
// Not read back, and not the journal: store/ keeps that.
#pragma once

#include <string>
#include <vector>

#include "model/history.h"

namespace weir::codec {

/// `entries` newest first. Ends with a newline.
[[nodiscard]] std::string history_to_json(const std::vector<HistoryEntry>& entries,
                                          const BootMoment& now);

}  // namespace weir::codec
