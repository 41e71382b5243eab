// Provenance: where and when a Snapshot was read, and by which user. Not only the place: two
// Snapshots can be compared if their Place is the same.
#pragma once

#include <cstdint>
#include <string>

#include "base/units.h"
#include "model/place.h"

namespace weir {

/// The origin of a Snapshot. Snapshots of different places are never compared.
struct Provenance {
  std::string hostname;
  std::string kernel;  ///< release, e.g. "6.1.0-18-amd64"
  Place place;
  bool initial_netns = false;  ///< whether the network namespace is the host's first one
  Nanoseconds boot_time;       ///< CLOCK_BOOTTIME when the reading began
  Nanoseconds wall_time;       ///< CLOCK_REALTIME when the reading began
  std::int64_t uid = 0;        ///< effective uid of the reader
  std::string weir_version;
  friend bool operator==(const Provenance&, const Provenance&) = default;
};

}  // namespace weir
