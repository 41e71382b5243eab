#include "model/recording.h"

namespace weir {

Nanoseconds window_length(const Recording& recording) {
  return recording.last
             ? recording.last->provenance.boot_time - recording.first.provenance.boot_time
             : Nanoseconds{0};
}

}  // namespace weir
