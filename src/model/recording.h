// Recording: a window: the readings at its start and end, and the samples in between, each within a
// stated bound. Not a history: the daemon's store keeps that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "model/event.h"
#include "model/flow.h"
#include "model/series.h"
#include "model/snapshot.h"

namespace weir {

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

}  // namespace weir
