// The headroom of each stage: every finite resource with its capacity, use, peak and overflows, as
// far as the Recording has them. Not findings: nothing here says whether a number is good.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "judge/queue.h"
#include "model/finding.h"

namespace weir::judge {

/// Selects the listeners that are shown. Their processes follow.
using ListenerFilter = std::function<bool(const Listener&)>;

/// Listeners: the capacity is the backlog, although one connection more fits (see full_mark()). In
/// `syn-queue` a SO_REUSEPORT group is one resource, because the kernel's dump lists half-open
/// requests by address and not by member.
[[nodiscard]] StageReport compute_headroom(Stage stage, const Window& window,
                                           const QueueViews& queues, const ListenerFilter& shown);

// One function for each stage that has no listeners.
[[nodiscard]] std::vector<ResourceUse> link_headroom(const Window& window);
[[nodiscard]] std::vector<ResourceUse> neighbour_headroom(const Window& window);
[[nodiscard]] std::vector<ResourceUse> buffers_headroom(const Window& window);
[[nodiscard]] std::vector<ResourceUse> transmission_headroom(const Window& window);
[[nodiscard]] std::vector<ResourceUse> idle_headroom(const Window& window);
[[nodiscard]] std::vector<ResourceUse> close_headroom(const Window& window);
[[nodiscard]] std::vector<ResourceUse> time_wait_headroom(const Window& window);
[[nodiscard]] std::vector<ResourceUse> connect_headroom(const Window& window);
[[nodiscard]] std::vector<ResourceUse> host_headroom(const Window& window,
                                                     const std::vector<const Process*>& processes);

/// Adds the differences of several counters; nothing if none of them is known.
[[nodiscard]] std::optional<std::int64_t> sum_deltas(const Window& window,
                                                     std::initializer_list<const char*> names);

}  // namespace weir::judge
