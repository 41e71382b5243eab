// A Sizing as a View: the verdict in one line, the chain of stages, the limits in the order in
// which they break, the settings, and the limits that no setting raises. Pure. Not the plan's
// steps: plan.h.
#pragma once

#include <string>

#include "model/sizing.h"
#include "ui/view/view.h"

namespace weir::ui {

struct SizeViewOptions {
  bool formulas = false;  ///< of every need, not only of needs that do not fit
  std::string plan_file;  ///< the file that holds the plan; empty: none
};

[[nodiscard]] View size_view(const Sizing& sizing, const SizeViewOptions& options);

}  // namespace weir::ui
