// Applied plans as Views: the list of them, and the result of one command on one of them. Pure. Not
// the journal, and not the confirm machine.
#pragma once

#include <string>
#include <vector>

#include "model/history.h"
#include "ui/view/view.h"

namespace weir::ui {

/// `entries` newest first; `now` decides which of them are overdue.
[[nodiscard]] View history_view(const std::vector<HistoryEntry>& entries, const BootMoment& now);

/// The result of a command on an entry: `sentence` says it in one line; the steps follow, then the
/// notices.
[[nodiscard]] View outcome_view(const HistoryEntry& entry, bool succeeded,
                                const std::string& sentence,
                                const std::vector<std::string>& notices);

}  // namespace weir::ui
