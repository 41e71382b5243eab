#include "judge/case.h"

#include <utility>

namespace weir::judge {

Case make_case(const Recording& recording, const Catalog& catalog) {
  Window window(recording);
  QueueViews queues = compute_queue_views(window);
  auto requests = compute_request_views(window, queues);
  auto flows = compute_flow_views(window);
  return {std::move(window), std::move(queues), std::move(requests), std::move(flows), catalog};
}

}  // namespace weir::judge
