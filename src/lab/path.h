// Path: a long road between two namespaces: a process that carries packets from one TUN device to
// another, late, slowly or not at all. Not a router: it knows no addresses, and both ends are on
// one link.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/result.h"
#include "lab/delay_line.h"
#include "lab/namespace.h"
#include "lab/process.h"
#include "lab/shared.h"

namespace weir::lab {

struct PathOptions {
  LineOptions to_server;
  LineOptions to_client;
  /// Packets are handed on as the kernel has not yet cut them, up to 64 KiB, and without checksums,
  /// as by a NIC with segmentation and receive offloads. The path then carries many times as much;
  /// loss, rates and lengths are those of the uncut packets.
  bool uncut = false;
};
/// The same delay both ways, half of the round-trip time each, and nothing else.
[[nodiscard]] PathOptions long_path(Nanoseconds round_trip);

/// What became of the packets of one direction. What the path missed because it could not keep up
/// is not here: the TUN device counts it as dropped.
struct LineCounts {
  std::int64_t carried = 0;
  std::int64_t lost = 0;        ///< by chance
  std::int64_t queue_full = 0;  ///< over the rate
  std::int64_t too_long = 0;
  std::int64_t silenced = 0;
};

class Path {
 public:
  /// Makes a TUN device `link_name` in each namespace, without addresses. Errors: io,
  /// not_permitted.
  static Result<Path> join(const Namespace& client, const Namespace& server,
                           const PathOptions& options);

  [[nodiscard]] LineCounts to_server() const;
  [[nodiscard]] LineCounts to_client() const;

  /// Written by the carrier, by direction and Fate.
  struct Counters {
    std::array<std::array<std::atomic<std::int64_t>, fates>, 2> by_fate;
  };

 private:
  Path(Shared<Counters> counters, ChildProcess carrier)
      : counters_(std::move(counters)), carrier_(std::move(carrier)) {}

  Shared<Counters> counters_;
  ChildProcess carrier_;
};

/// Like create_network(), with a path in the place of the veth pair: the same names and addresses.
struct PathNetwork {
  Network network;
  Path path;
};
Result<PathNetwork> create_path(const PathOptions& options);

}  // namespace weir::lab
