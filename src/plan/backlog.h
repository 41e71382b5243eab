// The accept backlog that would have held what a listener refused: a formula, and its text with the
// numbers filled in. Not a measurement: who calls it has counted the overflows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/recording.h"

namespace weir::plan {

/// What was seen of one listener inside the window.
struct BacklogDemand {
  std::int64_t backlog = 0;        ///< sk_max_ack_backlog
  std::int64_t largest_burst = 0;  ///< refused in the worst burst
  /// Connections per second that the application took out while the queue fell; nothing when no
  /// sample shows it.
  std::optional<double> drain_per_second;
};

struct BacklogSize {
  std::int64_t backlog = 0;  ///< equal to the demand's when no larger one can be recommended
  std::string formula;
};

/// need = (backlog + 1 + refused in the worst burst) · 4, rounded up to a power of two, at least
/// twice the present backlog.
///
/// The queue held backlog + 1 when it refused the rest of the burst, so both together are the
/// burst; an attempt that was refused twice counts twice, which errs towards the longer queue. An
/// unused place in it costs nothing, since the kernel allocates per connection. The factor is room
/// for a burst larger than those of the window, which is short.
///
/// Two limits cut it: the application must drain the whole queue before clients give up (drain rate
/// · 3 s; a deeper queue turns refusals into time-outs), and 65535, which every kernel since 4.18
/// stores (sk_max_ack_backlog was 16 bits wide before 5.0). Never below twice the present backlog
/// while 65535 allows it, because less would not show; the formula's text names the limit that cut.
[[nodiscard]] BacklogSize compute_backlog(const BacklogDemand& demand);

/// The drain rate from the samples of a queue: its steepest fall between two samples. A fall to an
/// empty queue is a lower bound, since the queue may have been empty long before that sample: it
/// can raise the rate, and alone gives none. Times in nanoseconds.
[[nodiscard]] std::optional<double> compute_drain_rate(const std::vector<std::int64_t>& times,
                                                       const std::vector<std::int64_t>& values);

/// The most that was refused between two samples at which the queue was empty, from the samples of
/// the queue and of its drops, which belong together by their times. Nothing when they do not, or
/// when nothing was refused.
[[nodiscard]] std::optional<std::int64_t> compute_largest_burst(const Series& queue,
                                                                const Series& drops);
/// How many separate runs of samples were not empty.
[[nodiscard]] std::int64_t count_bursts(const std::vector<std::int64_t>& values);

}  // namespace weir::plan
