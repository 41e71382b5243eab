// OwnerProbe: looks at the threads of a listener's owners while its accept queue is nearly full.
// Not a profiler: a few looks, within bounds.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "model/recording.h"
#include "sense/file_reader.h"

namespace weir::sense {

class OwnerProbe {
 public:
  /// Borrows the listeners of the window's first Snapshot, which have the owners.
  OwnerProbe(FileReader& reader, const std::vector<Listener>& listeners);

  /// Appends an OwnerState per thread (see record.h), unless the listener was probed a moment ago
  /// or enough has been seen.
  void look(std::int64_t time, std::uint64_t cookie, std::vector<Event>& events);

  [[nodiscard]] std::int64_t dropped() const { return dropped_; }
  static constexpr std::int64_t max_probes = 40;

 private:
  FileReader& reader_;
  std::unordered_map<std::uint64_t, const Listener*> listeners_;
  std::unordered_map<std::uint64_t, std::int64_t> next_;  ///< when a listener may be probed again
  std::int64_t probes_ = 0;
  std::int64_t dropped_ = 0;
};

}  // namespace weir::sense
