// PortUses: counts the local ports in use for each destination, because the kernel has no counter
// for it. Not the range of ports: that is a sysctl.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "kernel/wire/probe_records.h"
#include "kernel/wire/sock_diag.h"
#include "model/snapshot.h"
#include "sense/socket_place.h"

namespace weir::sense {

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
