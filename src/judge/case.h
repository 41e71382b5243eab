// Case: the input of a rule: a window, the measurements in it that several rules need, and the
// catalog. Not a judgement: nothing here says whether a number is good.
#pragma once

#include <vector>

#include "judge/flow_view.h"
#include "judge/queue.h"
#include "judge/requests.h"
#include "judge/window.h"
#include "model/catalog.h"
#include "model/finding.h"

namespace weir::judge {

struct Case {
  Window window;
  QueueViews queues;                  ///< in the order of the listeners at the window's end
  std::vector<RequestView> requests;  ///< of the listeners' SYN queues
  std::vector<FlowView> flows;        ///< in the order of the recording's flows
  const Catalog& catalog;
};

/// Borrows both.
[[nodiscard]] Case make_case(const Recording& recording, const Catalog& catalog);

}  // namespace weir::judge
