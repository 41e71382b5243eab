// The accept backlog that would have held the connections that a listener refused: a formula, and
// its text with the numbers filled in. Not a measurement: the caller has counted the overflows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/recording.h"

namespace weir::plan {

/// The observations of one listener inside the window.
struct BacklogDemand {
  std::int64_t backlog = 0;        ///< sk_max_ack_backlog
  std::int64_t largest_burst = 0;  ///< refused in the worst burst
  /// Connections per second that the application accepted while the queue fell; nothing if no
  /// sample shows it.
  std::optional<double> drain_per_second;
};

struct BacklogSize {
  std::int64_t backlog = 0;  ///< equals the demand's backlog if no larger one can be recommended
  std::string formula;
};

/// need = (backlog + 1 + refused in the worst burst) · 4, rounded up to a power of two, at least
/// twice the present backlog.
///
/// The queue held backlog + 1 when it refused the rest of the burst, so both together are the
/// burst. An attempt that was refused twice counts twice, so the queue becomes rather too long than
/// too short. An unused place in it costs nothing, because the kernel allocates for each
/// connection. The factor 4 is room for a burst larger than those of the window, which is short.
///
/// Two limits apply. The application must empty the whole queue before clients give up (drain rate
/// · 3 s), because a deeper queue turns refusals into time-outs. And 65535 is the limit that every
/// kernel since 4.18 can store (sk_max_ack_backlog was 16 bits wide before 5.0). The result is
/// never below twice the present backlog while 65535 allows it, because a smaller change has no
/// visible effect. The formula's text names the limit that was applied.
[[nodiscard]] BacklogSize compute_backlog(const BacklogDemand& demand);

/// The drain rate from the samples of a queue: its steepest fall between two samples. A fall to an
/// empty queue gives only a lower bound, because the queue may have been empty long before that
/// sample. Such a fall can raise the rate, but alone it gives none. Times in nanoseconds.
[[nodiscard]] std::optional<double> compute_drain_rate(const std::vector<std::int64_t>& times,
                                                       const std::vector<std::int64_t>& values);

/// The highest number of refusals between two samples at which the queue was empty. It is computed
/// from the samples of the queue and of its drops, matched by their times. Nothing if the times do
/// not match, or if no connection was refused.
[[nodiscard]] std::optional<std::int64_t> compute_largest_burst(const Series& queue,
                                                                const Series& drops);
/// The number of separate runs of samples that were not empty.
[[nodiscard]] std::int64_t count_bursts(const std::vector<std::int64_t>& values);

}  // namespace weir::plan
