// RequestProbe: looks at the listeners' half-open requests inside the window, while the counters say that SYN queues matter.
// Not a sampler: the walk passes over the whole hash of connections, so nothing is walked on a quiet host.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/recording.h"
#include "sense/file_reader.h"

namespace weir::sense {

class RequestProbe {
 public:
  /// Borrows the window's first Snapshot. `window` decides how often it looks: at most max_looks times.
  RequestProbe(kernel::Netlink& netlink, FileReader& reader, const Snapshot& first, Nanoseconds window);

  /// Looks when enough time has passed since the last look and a counter of half-open requests has moved.
  void look(std::int64_t time);

  /// Series "listener:COOKIE" / "half_open" and / "half_open_stale", of the same times, for each listener that had a half-open request at a look.
  [[nodiscard]] std::vector<Series> take();

  static constexpr std::int64_t max_looks = 12;

 private:
  [[nodiscard]] std::int64_t read_activity();
  void walk(std::int64_t time);

  kernel::Netlink& netlink_;
  FileReader& reader_;
  std::vector<Listener> listeners_;
  std::int64_t interval_;
  std::int64_t next_ = 0;
  std::int64_t activity_ = 0;
  std::int64_t looks_ = 0;
  bool allowed_ = true;
  std::map<std::uint64_t, std::pair<Series, Series>> series_;
};

}  // namespace weir::sense
