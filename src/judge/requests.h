// How the half-open requests of each listening address moved inside the window: how many, how many
// of them old, and whether the accept queue kept them. Not a finding: syn_queue.h draws the
// conclusions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "judge/queue.h"

namespace weir::judge {

/// The SYN queues of one listening address. The members of a SO_REUSEPORT group are one view: the
/// kernel tells half-open requests by address.
struct RequestView {
  const Listener* listener = nullptr;  ///< the first member
  std::int64_t group_size = 1;
  std::int64_t limit = 0;                 ///< sum of the members' backlogs
  std::optional<std::int64_t> half_open;  ///< at the window's end
  /// at the window's end: those that nobody answered within a second
  std::optional<std::int64_t> stale;
  std::int64_t peak = 0, stale_peak = 0;  ///< the highest of the window's ends and the samples
  std::int64_t stale_growth = 0;          ///< inside the window, at least
  /// of all requests over the window's last stretch (stretch_seconds), 0 where it fell
  std::int64_t growth = 0;
  /// the fewest in that stretch; nothing where there are no samples
  std::optional<std::int64_t> stretch_floor;
  /// completed handshakes that the accept queue refused; their requests stay and grow old
  std::int64_t refused = 0;
  /// the accept queue stood full: old requests may all be clients that answered
  bool accept_full = false;
};

/// Longer than any round trip but a satellite's double hop, and shorter than the second after which
/// the kernel sends the SYN-ACK again (TCP_TIMEOUT_INIT): requests that wait so long and do not get
/// fewer are not answered.
inline constexpr double stretch_seconds = 0.7;

/// From this share of its limit on a SYN queue that was seen a few times counts as full.
inline constexpr double full_queue_share = 0.8;

[[nodiscard]] bool was_full(const RequestView& view);

/// In the order of the listeners.
[[nodiscard]] std::vector<RequestView> compute_request_views(const Window& window,
                                                             const QueueViews& queues);

}  // namespace weir::judge
