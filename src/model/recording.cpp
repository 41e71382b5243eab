#include "model/recording.h"

namespace weir {

Nanoseconds window_length(const Recording& recording) {
  return recording.last ? recording.last->provenance.boot_time - recording.first.provenance.boot_time : Nanoseconds{0};
}

std::string series_resource(const Listener& listener) { return "listener:" + std::to_string(listener.cookie); }

const Series* find_series(const Recording& recording, const std::string& resource, const std::string& metric) {
  for (const auto& series : recording.series) {
    if (series.resource == resource && series.metric == metric) return &series;
  }
  return nullptr;
}

}  // namespace weir
