// The chain of stages as lines with bars that grow with the terminal. Not the choice of the
// tightest resource: ui/view/report.h.
#pragma once

#include <string>

#include "ui/cli/terminal.h"
#include "ui/view/view.h"

namespace weir::ui {

[[nodiscard]] std::string chain_text(const Chain& chain, const Terminal& terminal);

/// Two columns: the sign and a blank.
[[nodiscard]] std::string mark_text(Mark mark, const Terminal& terminal);

/// `columns` cells: the used part, the part that was used at the peak, and the free part. Any share
/// above 0 gets at least one cell.
[[nodiscard]] std::string bar_text(double used_share, double peak_share, std::size_t columns,
                                   Tone tone, const Terminal& terminal);

}  // namespace weir::ui
