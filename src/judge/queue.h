// How the accept queue of each listener moved inside the window: how full it was, for how long, and
// what it refused. Not a finding: accept_queue.h draws the conclusions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "judge/window.h"

namespace weir::judge {

/// The form of a queue's movement, which distinguishes a small backlog from a slow application.
enum class QueueShape {
  quiet,      ///< never near its limit
  near_full,  ///< came near its limit and went down again
  burst,      ///< reached its limit, or refused connections, and was empty in between
  waiting,    ///< held connections and never got shorter: nothing was accepted
  /// the last connection waits for more than a second, because connections are accepted too slowly
  slow,
  standing,  ///< at its limit, or half full beside empty siblings, and did not come down
};

struct QueueView {
  const Listener* listener = nullptr;  ///< as it is at the window's end
  std::size_t group = 0;               ///< equal for the members of one SO_REUSEPORT group
  std::int64_t group_size = 1;
  /// the highest sample, or backlog + 1 if connections were refused and that is more
  std::int64_t peak = 0;
  std::int64_t sampled_peak = 0;  ///< the highest sample
  std::int64_t samples = 0;       ///< how many samples the shares are based on; 0: none
  double full_share = 0;          ///< share of the samples in which the queue was at its limit
  double empty_share = 0;
  double longest_full_seconds = 0;  ///< the longest time without a sample below the limit
  double mean_fill = 0;             ///< mean of queue / full_mark()
  std::int64_t bursts = 0;          ///< number of runs of samples with a queue
  /// an upper bound: completed handshakes of the namespace, without those by which the queue grew
  double taken_per_second = 0;
  /// a lower bound: the lowest level of the queue divided by that rate; 0: not known
  double wait_seconds = 0;
  /// half full or more while the other members of its group are empty
  bool skewed = false;
  std::optional<std::int64_t> drops;  ///< growth of sk_drops
  /// this listener's part of the namespace's ListenOverflows
  std::int64_t overflows = 0;
  QueueShape shape = QueueShape::quiet;
};

struct QueueViews {
  /// one for each listener of the window's end, in its order
  std::vector<QueueView> views;
  std::optional<std::int64_t> overflows;  ///< growth of TcpExt.ListenOverflows
  /// overflows that no listener of the window's end can have caused
  std::int64_t unattributed = 0;
};

/// A sample at or above this counts as full. The kernel refuses when the queue is longer than the
/// backlog (sk_acceptq_is_full(), include/net/sock.h), so backlog + 1 connections fit. But samples
/// of a queue under pressure show the backlog as often as backlog + 1.
[[nodiscard]] std::int64_t full_mark(const Listener& listener);

/// Whether the queue refused connections, or held connections that were not accepted.
[[nodiscard]] bool suffers(const QueueView& queue);

[[nodiscard]] QueueViews compute_queue_views(const Window& window);

}  // namespace weir::judge
