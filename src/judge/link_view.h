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
  const Link* link = nullptr;  ///< as the window's end has it
  /// the same interface at the window's start; null without a window, or where it was made inside
  /// it
  const Link* before = nullptr;
};

/// All but loopback.
[[nodiscard]] std::vector<LinkView> compute_link_views(const Window& window);

[[nodiscard]] std::optional<std::int64_t> moved_by(const LinkView& view,
                                                   std::int64_t Link::*counter);
/// Of Link::statistics, where a counter that is 0 may be missing.
[[nodiscard]] std::optional<std::int64_t> statistic_delta(const Window& window,
                                                          const LinkView& view,
                                                          const std::string& name);
/// Of Link::driver, likewise.
[[nodiscard]] std::optional<std::int64_t> driver_delta(const Window& window, const LinkView& view,
                                                       const std::string& name);

/// A driver's counter of packets that found no buffer in the receive ring, under one of the names
/// that drivers give it.
[[nodiscard]] bool is_ring_counter(const std::string& name);
/// Packets that the receive ring had no room for. The kernel's and the driver's counters tell of
/// the same packets, so it is the largest of them.
[[nodiscard]] std::optional<std::int64_t> ring_losses(const Window& window, const LinkView& view);

/// The interface's own queueing discipline at the window's end, and at its start.
struct QdiscView {
  const Qdisc* qdisc = nullptr;
  const Qdisc* before = nullptr;
};
/// The one that all sent packets pass; nothing where none was read. Ingress has no queue and is
/// left out.
[[nodiscard]] std::optional<QdiscView> find_root_qdisc(const Window& window, const Link& link);
[[nodiscard]] std::optional<std::int64_t> moved_by(const QdiscView& view,
                                                   std::int64_t Qdisc::*counter);

/// What the link carries in one direction, in bytes per second; nothing where it is not known.
[[nodiscard]] std::optional<std::int64_t> link_capacity(const Link& link);

[[nodiscard]] Resource interface_resource(const Window& window, const Link& link);

}  // namespace weir::judge
