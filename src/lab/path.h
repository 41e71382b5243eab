// Path: a long distance between two namespaces: a process that carries packets from one TUN device
// to another, late, slowly or never. Not a router: it knows no addresses, and both ends are on one
// link.
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
  /// Packets are passed on before the kernel cuts them, up to 64 KiB, and without checksums, as by
  /// a NIC with segmentation and receive offloads. The path then carries many times more; loss,
  /// rates and lengths refer to the uncut packets.
  bool uncut = false;
};
/// The same delay in both directions, half of the round-trip time each, without other effects.
[[nodiscard]] PathOptions long_path(Nanoseconds round_trip);

/// The outcomes for the packets of one direction. Packets that the path was too slow to read are
/// not counted here: the TUN device counts them as dropped.
struct LineCounts {
  std::int64_t carried = 0;
  std::int64_t lost = 0;        ///< at random
  std::int64_t queue_full = 0;  ///< above the rate
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

/// Like create_network(), but with a path instead of the veth pair: the same names and addresses.
struct PathNetwork {
  Network network;
  Path path;
};
Result<PathNetwork> create_path(const PathOptions& options);

}  // namespace weir::lab
