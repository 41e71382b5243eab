// How the accept queue of each listener moved inside the window: how full, for how long, and what
// it refused. Not a finding: accept_queue.h draws the conclusions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "judge/window.h"

namespace weir::judge {

/// The form of a queue's movement, which tells a small backlog from a slow application.
enum class QueueShape {
  quiet,      ///< never near its limit
  near_full,  ///< came near its limit and went down again
  burst,      ///< reached its limit, or refused connections, and was empty in between
  waiting,    ///< held connections, and did not get shorter once: nobody was accepted
  /// whoever came last waits for more than a second, since fewer are taken out than that takes
  slow,
  standing,  ///< at its limit, or half full beside empty siblings, and did not come down
};

struct QueueView {
  const Listener* listener = nullptr;  ///< as the window's end has it
  std::size_t group = 0;               ///< equal for the members of one SO_REUSEPORT group
  std::int64_t group_size = 1;
  /// the highest of the samples, and backlog + 1 where connections were refused
  std::int64_t peak = 0;
  std::int64_t sampled_peak = 0;  ///< the highest of the samples
  std::int64_t samples = 0;       ///< how many samples the shares are of; 0: none
  double full_share = 0;          ///< of the samples in which the queue was at its limit
  double empty_share = 0;
  double longest_full_seconds = 0;  ///< without a sample in between that was below the limit
  double mean_fill = 0;             ///< mean of queue / limit
  std::int64_t bursts = 0;          ///< runs of samples with a queue
  /// at most: handshakes of the namespace that completed, without those by which the queue grew
  double taken_per_second = 0;
  /// what its lowest level takes at that rate, at least; 0: not known
  double wait_seconds = 0;
  /// half full or more while the other members of its group are empty
  bool skewed = false;
  std::optional<std::int64_t> drops;  ///< growth of sk_drops
  /// of the namespace's ListenOverflows, the part that is this listener's
  std::int64_t overflows = 0;
  QueueShape shape = QueueShape::quiet;
};

struct QueueViews {
  /// one for each listener of the window's end, in its order
  std::vector<QueueView> views;
  std::optional<std::int64_t> overflows;  ///< growth of TcpExt.ListenOverflows
  /// overflows that no listener of the window's end can have had
  std::int64_t unattributed = 0;
};

/// A sample at or above this is "full": the kernel refuses when the queue is longer than the
/// backlog (sk_acceptq_is_full(), include/net/sock.h), so backlog + 1 connections fit, but a queue
/// under pressure is seen at the backlog as often as one above it.
[[nodiscard]] std::int64_t full_mark(const Listener& listener);

/// Whether it refused connections, or held them and nobody took them.
[[nodiscard]] bool suffers(const QueueView& queue);

[[nodiscard]] QueueViews compute_queue_views(const Window& window);

}  // namespace weir::judge
