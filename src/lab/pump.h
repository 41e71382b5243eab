// Pump: moves bytes without meaning over many connections, as fast as possible or at a rate. Not a
// protocol: it sends zeros, and discards received bytes.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/fd.h"
#include "base/units.h"

namespace weir::lab {

enum class Pumping { sends, receives };

class Pump {
 public:
  /// `bytes_per_second` of each connection; 0: as fast as possible.
  Pump(Pumping way, std::int64_t bytes_per_second);

  void add(UniqueFd connection);
  /// Waits at most 10 ms for work and does it; returns the number of moved bytes. Closes
  /// connections that ended.
  std::int64_t turn();

 private:
  struct Connection {
    UniqueFd fd;
    Nanoseconds since;
    std::int64_t moved = 0;
  };

  std::int64_t turn_at_rate();
  /// Moves up to `most` bytes; sets `ended` if no more can come.
  std::int64_t move_some(Connection& connection, std::int64_t most, bool& ended);

  Pumping way_;
  std::int64_t bytes_per_second_;
  UniqueFd epoll_;
  std::map<int, Connection> connections_;
  std::vector<char> buffer_;
};

}  // namespace weir::lab
