#include "model/recording.h"

namespace weir {

Nanoseconds window_length(const Recording& recording) {
  return recording.last
             ? recording.last->provenance.boot_time - recording.first.provenance.boot_time
             : Nanoseconds{0};
}

std::string series_resource(const Listener& listener) {
  return "listener:" + std::to_string(listener.cookie);
}

}  // namespace weir
