// What was changed, as Views: the list of applied plans, what one command made of one of them, and
// drift (what weir changed, what is there now, what the next boot will bring). Pure.
// Not the journal, not the confirm machine, and not the comparison: plan/drift.h.
#pragma once

#include <string>
#include <vector>

#include "model/drift.h"
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

[[nodiscard]] View drift_view(const Drift& drift);

}  // namespace weir::ui
