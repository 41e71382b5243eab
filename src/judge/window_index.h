// WindowIndex: finds the things that the rules look up in a Recording. Each takes logarithmic time,
// because a file may hold hundreds of thousands of everything. Not the values: it borrows the
// Recording's.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/index.h"
#include "model/recording.h"

namespace weir::judge {

/// Cookie and inode: of a listener, or of a connection.
using SocketKey = std::pair<std::uint64_t, std::int64_t>;
/// Pid and start time.
using ProcessKey = std::pair<std::int64_t, std::int64_t>;
/// Index and name.
using LinkKey = std::pair<std::int64_t, std::string_view>;
/// Link, kind and handle.
using QdiscKey = std::tuple<std::int64_t, std::string_view, std::int64_t>;
/// State, family, whether incoming, port, peer and the peer's port.
using GroupKey =
    std::tuple<std::string_view, Family, bool, std::int64_t, std::string_view, std::int64_t>;
/// The other end: family, address and port.
using PeerKey = std::tuple<Family, std::string_view, std::int64_t>;

[[nodiscard]] GroupKey group_key(const SocketGroup& group);

/// The interfaces and gateways at one moment.
struct Topology {
  Index<std::int64_t, Link> links;        ///< by index
  Index<std::int64_t, Gateway> gateways;  ///< by link
};

/// The lookups at the window's end.
struct EndIndex {
  Index<std::int64_t, Listener> listeners_by_port;
  Index<std::int64_t, Listener> listeners_by_owner;  ///< by pid; each listener once for each pid
  Index<SocketKey, Listener> listeners;
  Index<std::int64_t, Process> processes;
  Topology topology;
  Index<std::string_view, Link> links_by_name;
  Index<std::string_view, Link> links_by_address;
  Index<std::int64_t, Link> links_by_master;
  Index<std::int64_t, Qdisc> root_qdiscs;  ///< by link, without ingress
  Index<PeerKey, PortUse> port_uses;
  Index<std::int64_t, PeerGroup> peer_groups;  ///< by port
};

/// The lookups at the window's start, for things that exist at its end.
struct StartIndex {
  Index<SocketKey, Listener> listeners;
  Index<ProcessKey, Process> processes;
  Topology topology;
  Index<LinkKey, Link> links;
  Index<QdiscKey, Qdisc> root_qdiscs;
  Index<GroupKey, SocketGroup> socket_groups;
  Index<std::int64_t, SoftnetCpu> softnet;  ///< by CPU
};

/// The lookups in what was sampled in between.
struct SampleIndex {
  Index<ListenerMetric, Series> series;
  Index<std::int64_t, OwnerState> owner_states;  ///< by pid
  Index<SocketKey, Flow> flows;
  Index<std::tuple<std::string_view, std::int64_t>, Flow> flows_by_peer;  ///< by address and port
};

/// The processes that accept at a listener of the window's end.
struct Acceptors {
  /// without a master that only holds the socket for its workers
  std::vector<const Process*> processes;
  std::vector<std::int64_t> pids;  ///< of all owners, at most `named_at_most`
};

struct WindowIndex {
  /// `start` may be null.
  WindowIndex(const Recording& recording, const Snapshot* start, const Snapshot& end);

  EndIndex end;
  StartIndex start;
  SampleIndex samples;
  std::map<const Listener*, Acceptors> acceptors;
};

}  // namespace weir::judge
