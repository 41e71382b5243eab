// Recording: a window: the readings at its start and end, and the samples in between, each within a
// stated bound. Not a history: the daemon's store keeps that.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "model/flow.h"
#include "model/snapshot.h"

namespace weir {

/// Samples of one metric of one resource. `times` are nanoseconds since the first Snapshot's
/// boot_time.
struct Series {
  std::string resource;  ///< "listener:COOKIE", cookie in decimal
  std::string metric;    ///< "accept_queue", "drops", "half_open", "half_open_stale"
  std::vector<std::int64_t> times;
  std::vector<std::int64_t> values;
  friend bool operator==(const Series&, const Series&) = default;
};

/// Something that happened inside the window; `time` as in Series.
struct Event {
  std::int64_t time = 0;
  std::string kind;  ///< "listener-opened", "listener-closed", "owner-state", …
  std::map<std::string, std::string> fields;
  friend bool operator==(const Event&, const Event&) = default;
};

struct Histogram {
  std::string name;
  std::vector<std::int64_t> edges;  ///< ascending; counts has one more entry
  std::vector<std::int64_t> counts;
  friend bool operator==(const Histogram&, const Histogram&) = default;
};

struct FlowSample {
  std::int64_t seen = 0;
  std::int64_t total = 0;
  std::string chosen;  ///< how they were chosen
  friend bool operator==(const FlowSample&, const FlowSample&) = default;
};

/// A collection's bound, and the number of elements dropped because of it.
struct Bound {
  std::string collection;
  std::int64_t limit = 0;
  std::int64_t dropped = 0;
  friend bool operator==(const Bound&, const Bound&) = default;
};

struct Recording {
  Snapshot first;
  std::optional<Snapshot> last;
  std::vector<Series> series;  ///< of the listeners whose queue was not empty, or whose drops moved
  /// number of samples of all listeners; a listener without a Series was empty each time
  std::int64_t samples = 0;
  std::vector<Event> events;
  std::vector<Histogram> histograms;
  std::vector<FlowSample> flow_samples;
  std::vector<Bound> bounds;
  std::vector<Flow> flows = {};  ///< the part of the sample that a rule may need, at most 64
  friend bool operator==(const Recording&, const Recording&) = default;
};

/// The length of the window; zero for a lone Snapshot.
[[nodiscard]] Nanoseconds window_length(const Recording& recording);

/// The resource name of a listener's Series.
[[nodiscard]] std::string series_resource(const Listener& listener);

}  // namespace weir
