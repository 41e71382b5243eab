// LinkView: one interface at both ends of the window, and how far its counters moved in between.
// Not a judgement: link.h draws the conclusions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "judge/window.h"
#include "model/finding.h"

namespace weir::judge {

struct LinkView {
  const Link* link = nullptr;  ///< as it is at the window's end
  /// the same interface at the window's start; null without a window, or if the interface was made
  /// inside the window
  const Link* before = nullptr;
};

/// All interfaces except loopback.
[[nodiscard]] std::vector<LinkView> compute_link_views(const Window& window);

[[nodiscard]] std::optional<std::int64_t> moved_by(const LinkView& view,
                                                   std::int64_t Link::*counter);
/// Growth of a counter of Link::statistics, where a counter that is 0 may be missing.
[[nodiscard]] std::optional<std::int64_t> statistic_delta(const Window& window,
                                                          const LinkView& view,
                                                          const std::string& name);
/// Growth of a counter of Link::driver, which may be missing likewise.
[[nodiscard]] std::optional<std::int64_t> driver_delta(const Window& window, const LinkView& view,
                                                       const std::string& name);

/// Whether the name is one that drivers give to their counter of packets without a buffer in the
/// receive ring.
[[nodiscard]] bool is_ring_counter(const std::string& name);
/// Packets for which the receive ring had no room. The kernel's and the driver's counters count the
/// same packets, so the result is the largest of them.
[[nodiscard]] std::optional<std::int64_t> ring_losses(const Window& window, const LinkView& view);

/// The interface's own queueing discipline at the window's end, and at its start.
struct QdiscView {
  const Qdisc* qdisc = nullptr;
  const Qdisc* before = nullptr;
};
/// The qdisc that all sent packets pass; nothing if it was not read. Ingress has no queue and is
/// left out.
[[nodiscard]] std::optional<QdiscView> find_root_qdisc(const Window& window, const Link& link);
[[nodiscard]] std::optional<std::int64_t> moved_by(const QdiscView& view,
                                                   std::int64_t Qdisc::*counter);

/// The bytes per second that the link carries in one direction; nothing if that is not known.
[[nodiscard]] std::optional<std::int64_t> link_capacity(const Link& link);

[[nodiscard]] Resource interface_resource(const Window& window, const Link& link);

}  // namespace weir::judge
