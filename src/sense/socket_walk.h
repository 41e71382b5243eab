// Walks the connections of the namespace once, or in a few narrower walks if they are many, and
// passes each socket to the counters. Not the listeners: sockets.h reads those.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/counters.h"
#include "model/not_seen.h"
#include "model/recording.h"
#include "model/sockets.h"
#include "sense/flow_sample.h"
#include "sense/socket_groups.h"
#include "sense/socket_place.h"

namespace weir::sense {

/// Above this number of sockets on the host, only the bounded sample of connections is walked. A
/// walk costs 0.1 to 0.18 microseconds of CPU per socket on the measured machine. So two walks of a
/// million sockets cost less than a tenth of `ss -tan`.
inline constexpr std::int64_t max_walked_sockets = 2'000'000;

/// Up to this number of sockets, one walk for everything is cheaper than three walks that each pass
/// over the whole hash.
inline constexpr std::int64_t max_single_walk = 4096;

/// The role of a Snapshot in its window.
enum class SnapshotRole { lone, first, last };

/// The data that the two Snapshots of a window share, but that no file holds.
struct WindowMemory {
  RareCookies rare;
  FlowsBefore flows;
};

/// What is kept of single connections.
struct ConnectionReading {
  std::vector<Flow> flows;               ///< not in a window's first Snapshot
  std::vector<FlowSample> flow_samples;  ///< likewise
  std::vector<Histogram> histograms;     ///< likewise
  WindowMemory memory;                   ///< for the window's last Snapshot
};

struct SocketReading {
  /// The listeners, with half_open and connections; states; and but in a window's first Snapshot
  /// port_uses and peer_groups.
  Sockets sockets;
  std::vector<GroupWithInodes> groups;  ///< for Sockets::socket_groups
  ConnectionReading connections;
  std::vector<NotSeen> not_seen;
  std::map<std::string, std::string> read_by;  ///< for Snapshot::read_by
};

/// `before` is the window's start, for its last Snapshot; `ports` are the local ports that the
/// kernel may choose. Wants the counters of the same instant.
[[nodiscard]] SocketReading walk_sockets(kernel::Kernel& kernel, SnapshotRole role,
                                         const WindowMemory* before, const Counters& counters,
                                         const std::optional<PortRange>& ports,
                                         std::vector<Listener>&& listeners);

}  // namespace weir::sense
