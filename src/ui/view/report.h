// A Report as a View: the verdict in one line, the chain of stages, the findings, and the subjects
// that weir could not see. Pure. Not the JSON (codec), and not a judgement.
#pragma once

#include "model/finding.h"
#include "ui/view/view.h"

namespace weir::ui {

[[nodiscard]] View report_view(const Report& report);

/// The blocks of one finding, as in a report. The short form leaves out the text that the finding
/// before it, with the same id, already has.
void add_finding(View& view, const Finding& finding, bool shortly = false);

}  // namespace weir::ui
