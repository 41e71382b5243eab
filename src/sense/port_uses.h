// The local ports in use towards each destination, which the kernel has no counter for: PortUses
// counts them, and PortStrips are the ports that a walk of very many outgoing connections looks at,
// spread evenly over their range.
// Not the range of ports: that is a sysctl. Not the walk (socket_walk.h), and not the first
// connections of the kernel's table: since Linux 6.15 those of one destination stand beside each
// other in it.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "kernel/wire/diag_filter.h"
#include "kernel/wire/probe_records.h"
#include "kernel/wire/sock_diag.h"
#include "model/socket_group.h"
#include "sense/socket_place.h"

namespace weir::sense {

struct PortStrips {
  wire::PortFilter filter;
  double scale = 1;  ///< ports of the range for each port of the strips
};

/// Strips that make up about this share of the range, between none and all; the whole range from 1
/// on. connect() starts at another port for each destination and goes through the range, the even
/// ports first (net/ipv4/inet_hashtables.c, __inet_hash_connect()). So each strip has equal numbers
/// of even and odd ports, and the use of a destination's ports is known to a sixteenth of the
/// range.
[[nodiscard]] PortStrips spread_over(const PortRange& range, double share);

class PortUses {
 public:
  explicit PortUses(const ListeningPorts& listening) : listening_(listening) {}

  void clear();
  /// Skips a socket whose local port has a listener.
  void add(const wire::DiagSocket& socket);
  /// Replaces the sockets that were added; the inodes stay.
  void replace_counts(const std::vector<wire::OutgoingCounts>& counts);

  /// The number of the destination with most ports.
  [[nodiscard]] std::int64_t largest() const;
  /// Largest first, at most max_port_uses. A `scale` above 1 means that only a part was walked: the
  /// numbers are multiplied by it.
  [[nodiscard]] std::vector<PortUse> take(double scale);
  /// Sockets that were not counted, because the number of destinations was too large.
  [[nodiscard]] std::int64_t dropped() const { return dropped_; }

  static constexpr std::size_t max_destinations = 16384;
  static constexpr std::size_t max_port_uses = 32;

 private:
  struct Tuple {
    End source;
    End destination;
    std::uint16_t port = 0;
    friend bool operator==(const Tuple&, const Tuple&) = default;
  };
  struct TupleHash {
    std::size_t operator()(const Tuple& tuple) const;
  };
  struct Count {
    std::int64_t used = 0;
    std::int64_t time_wait = 0;
    std::uint32_t inode = 0;
  };

  /// Null if the number of tuples is too large.
  Count* find_or_add(const Tuple& tuple);

  const ListeningPorts& listening_;
  std::unordered_map<Tuple, Count, TupleHash> tuples_;
  std::int64_t dropped_ = 0;
};

}  // namespace weir::sense
