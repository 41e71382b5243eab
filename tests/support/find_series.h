// find_series(): the samples of one metric in a Recording. Not the rules' way to them: they use
// judge/window_index.h.
#pragma once

#include <algorithm>
#include <string_view>

#include "model/recording.h"

namespace weir::test {

/// Null when the Recording has none.
[[nodiscard]] inline const Series* find_series(const Recording& recording,
                                               std::string_view resource, std::string_view metric) {
  const auto is_wanted = [&](const Series& series) {
    return series.resource == resource && series.metric == metric;
  };
  const auto found = std::find_if(recording.series.begin(), recording.series.end(), is_wanted);
  return found == recording.series.end() ? nullptr : &*found;
}

}  // namespace weir::test
