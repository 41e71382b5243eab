// A Sizing as a View: the verdict in one line, the chain of stages, what breaks in order, the
// settings, and what no setting cures. Pure. Not the plan's steps: plan.h.
#pragma once

#include <string>

#include "model/sizing.h"
#include "ui/view/view.h"

namespace weir::ui {

struct SizeViewOptions {
  bool formulas = false;  ///< of every need, not only of those that do not fit
  std::string plan_file;  ///< where the plan was written to; empty: nowhere
};

[[nodiscard]] View size_view(const Sizing& sizing, const SizeViewOptions& options);

}  // namespace weir::ui
