// How the half-open requests of each listening address moved inside the window: their number, how
// many are old, and whether the accept queue kept them. Not a finding: syn_queue.h draws the
// conclusions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "judge/queue.h"

namespace weir::judge {

/// The SYN queues of one listening address. The members of a SO_REUSEPORT group are one view,
/// because the kernel lists half-open requests by address.
struct RequestView {
  const Listener* listener = nullptr;  ///< the first member
  std::int64_t group_size = 1;
  std::int64_t limit = 0;                 ///< sum of the members' backlogs
  std::optional<std::int64_t> half_open;  ///< at the window's end
  /// at the window's end: requests that were not answered within a second
  std::optional<std::int64_t> stale;
  /// the highest value of the window's ends and the samples
  std::int64_t peak = 0, stale_peak = 0;
  std::int64_t stale_growth = 0;  ///< growth inside the window, at least
  /// growth of all requests over the window's last stretch (stretch_seconds), 0 if it fell
  std::int64_t growth = 0;
  /// the lowest number in that stretch; nothing without samples
  std::optional<std::int64_t> stretch_floor;
  /// completed handshakes that the accept queue refused; their requests stay and become old
  std::int64_t refused = 0;
  /// the accept queue stayed full: old requests may all belong to clients that answered
  bool accept_full = false;
};

/// Longer than any round trip except a satellite's double hop, and shorter than the second after
/// which the kernel sends the SYN-ACK again (TCP_TIMEOUT_INIT). If requests wait this long and
/// their number does not fall, they are not answered.
inline constexpr double stretch_seconds = 0.7;

/// A SYN queue is sampled only a few times. From this share of its limit on it counts as full.
inline constexpr double full_queue_share = 0.8;

[[nodiscard]] bool was_full(const RequestView& view);

/// In the order of the listeners.
[[nodiscard]] std::vector<RequestView> compute_request_views(const Window& window,
                                                             const QueueViews& queues);

}  // namespace weir::judge
