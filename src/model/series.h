// Series: the samples of one quantity inside a window, and what they are of. Not the sampling
// (sense/queue_series.h, sense/request_probe.h), and not the words of a file for it
// (codec/recording_fields.cpp).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace weir {

/// What weir samples of a listener: the members of Listener that move inside a window.
enum class Metric {
  accept_queue,     ///< as Listener::queue
  drops,            ///< as Listener::drops
  half_open,        ///< as Listener::half_open
  half_open_stale,  ///< as Listener::half_open_stale
};

inline constexpr std::array all_metrics{Metric::accept_queue, Metric::drops, Metric::half_open,
                                        Metric::half_open_stale};

/// One metric of one listener.
struct ListenerMetric {
  std::uint64_t listener = 0;  ///< its SO_COOKIE
  Metric metric = Metric::accept_queue;
  friend auto operator<=>(const ListenerMetric&, const ListenerMetric&) = default;
};

/// A metric that this weir does not know, in the words of the file: a later weir samples more. No
/// rule reads it. It is kept because `weir check --from FILE --save OTHER` writes it again.
struct OtherMetric {
  std::string resource;
  std::string metric;
  friend bool operator==(const OtherMetric&, const OtherMetric&) = default;
};

struct Series {
  std::variant<ListenerMetric, OtherMetric> of;
  /// nanoseconds since the first Snapshot's boot_time, ascending; as many as values
  std::vector<std::int64_t> times;
  std::vector<std::int64_t> values;
  friend bool operator==(const Series&, const Series&) = default;
};

}  // namespace weir
