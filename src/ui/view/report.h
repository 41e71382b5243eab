// A Report as a View: the verdict in one line, the chain of stages, the findings, and what was not
// seen. Pure. Not the JSON (codec), and not a judgement.
#pragma once

#include "model/finding.h"
#include "ui/view/view.h"

namespace weir::ui {

[[nodiscard]] View report_view(const Report& report);

/// The blocks of one finding, as in a report; the short form leaves out what a finding of the same
/// id has said just before.
void add_finding(View& view, const Finding& finding, bool shortly = false);

}  // namespace weir::ui
