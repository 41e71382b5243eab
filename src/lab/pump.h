// Pump: moves bytes without meaning over many connections, as fast as they go or at a rate.
// Not a protocol: what is sent is zeros, what is received is thrown away.
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
  /// `bytes_per_second` of each connection; 0: as fast as it goes.
  Pump(Pumping way, std::int64_t bytes_per_second);

  void add(UniqueFd connection);
  /// Waits at most 10 ms for something to do and does it; returns the bytes moved. Connections that
  /// ended are closed.
  std::int64_t turn();

 private:
  struct Connection {
    UniqueFd fd;
    Nanoseconds since;
    std::int64_t moved = 0;
  };

  std::int64_t turn_at_rate();
  /// Moves up to `most` bytes; sets `ended` when no more can come.
  std::int64_t move_some(Connection& connection, std::int64_t most, bool& ended);

  Pumping way_;
  std::int64_t bytes_per_second_;
  UniqueFd epoll_;
  std::map<int, Connection> connections_;
  std::vector<char> buffer_;
};

}  // namespace weir::lab
