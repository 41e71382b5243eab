// The applied plans as JSON: weir.history/1. weir does not read it back; the journal is in store/.
#pragma once

#include <string>
#include <vector>

#include "model/history.h"

namespace weir::codec {

/// `entries` newest first. Ends with a newline.
[[nodiscard]] std::string history_to_json(const std::vector<HistoryEntry>& entries,
                                          const BootMoment& now);

}  // namespace weir::codec
