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
  double scale = 1;  ///< ports of the range for each one that is looked at
};

/// Strips that make up about this share of the range, between none and all; all of it from 1 on.
/// connect() goes through the range from a start of its own for each destination, the even ports
/// first (net/ipv4/inet_hashtables.c, __inet_hash_connect()). So each strip has as many even as odd
/// ports, and what is used of a destination's ports is known to a sixteenth of the range.
[[nodiscard]] PortStrips spread_over(const PortRange& range, double share);

class PortUses {
 public:
  explicit PortUses(const ListeningPorts& listening) : listening_(listening) {}

  void clear();
  /// A socket whose local port listens is passed over.
  void add(const wire::DiagSocket& socket);
  /// In place of what was added; the inodes stay.
  void replace_counts(const std::vector<wire::OutgoingCounts>& counts);

  /// Of the destination with most.
  [[nodiscard]] std::int64_t largest() const;
  /// Largest first, at most max_port_uses. With `scale` above 1 only a part was walked: the numbers
  /// are multiplied by it.
  [[nodiscard]] std::vector<PortUse> take(double scale);
  /// Sockets whose destination was not counted, because there were too many.
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

  /// Null when there are too many.
  Count* find_or_add(const Tuple& tuple);

  const ListeningPorts& listening_;
  std::unordered_map<Tuple, Count, TupleHash> tuples_;
  std::int64_t dropped_ = 0;
};

}  // namespace weir::sense
