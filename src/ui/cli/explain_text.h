// ExplainPages as text for a terminal and as Markdown, and a visit as a sequence diagram. Not the
// choice of the content: ui/view/explain.h.
#pragma once

#include <string>
#include <vector>

#include "model/visit.h"
#include "ui/cli/terminal.h"
#include "ui/view/explain.h"

namespace weir::ui {

[[nodiscard]] std::string explain_text(const ExplainPage& page, const Terminal& terminal);
[[nodiscard]] std::string explain_markdown(const ExplainPage& page);

/// Two lifelines, the client's and the server's; one arrow for each segment; the states at the
/// sides. Below each arrow: where the segment waits, the parameters that act there, and what to
/// know.
[[nodiscard]] std::string visit_text(const std::vector<VisitScene>& visit,
                                     const Terminal& terminal);

}  // namespace weir::ui
