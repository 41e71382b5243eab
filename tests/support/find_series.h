// find_series(): the samples of a listener's metric in a Recording. Not the rules' way to them:
// they use judge/window_index.h.
#pragma once

#include <algorithm>
#include <cstdint>

#include "model/recording.h"

namespace weir::test {

/// `listener` is its cookie. Null when the Recording has none.
[[nodiscard]] inline const Series* find_series(const Recording& recording, std::uint64_t listener,
                                               Metric metric) {
  const decltype(Series::of) wanted = ListenerMetric{listener, metric};
  const auto found = std::find_if(recording.series.begin(), recording.series.end(),
                                  [&](const Series& series) { return series.of == wanted; });
  return found == recording.series.end() ? nullptr : &*found;
}

}  // namespace weir::test
