// SocketGroup, PortUse, PeerGroup: many sockets as one number, with the facts that a finding needs;
// UdpSocket: a socket that loses datagrams. Not single connections: those are Flows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "model/family.h"

namespace weir {

/// The number of a group's sockets that one process holds, as far as its descriptors were read.
struct GroupOwner {
  std::int64_t pid = 0;
  std::string command;
  std::int64_t found = 0;  ///< of the sockets whose owner was looked for (SocketGroup::looked_for)
  friend bool operator==(const GroupOwner&, const GroupOwner&) = default;
};

/// Sockets of one rare state that belong together: those of a listening local port, or those to one
/// destination.
struct SocketGroup {
  /// "CLOSE_WAIT", "FIN_WAIT2", "SYN_SENT", …; SYN_RECV is counted at the listeners
  std::string state;
  Family family = Family::ipv4;
  bool incoming = false;  ///< the local port listens
  std::int64_t port = 0;  ///< the local port of incoming ones, else 0
  std::string peer;       ///< the destination of outgoing ones, else empty
  std::int64_t peer_port = 0;
  std::int64_t count = 0;
  std::int64_t orphans = 0;         ///< without an inode: no process holds them any more
  std::int64_t retransmitting = 0;  ///< whose last segment was sent again at least once
  /// already in this state at the start of the window; 0 in the first Snapshot
  std::int64_t lasting = 0;
  std::int64_t unread = 0;  ///< with bytes in the receive queue
  /// since the last ACK of the peer (tcpi_last_ack_recv): at most the time in this state; 0 if it
  /// is not known
  Nanoseconds oldest = {};
  std::int64_t older_than_10_s = 0, older_than_60_s = 0;  ///< by the same measure
  /// the number of them that were searched in the processes' descriptors
  std::int64_t looked_for = 0;
  std::vector<GroupOwner> owners;  ///< most sockets first; bounded
  friend bool operator==(const SocketGroup&, const SocketGroup&) = default;
};

/// Local ports in use from one source address to one destination address and port. The kernel has
/// no counter for this.
struct PortUse {
  Family family = Family::ipv4;
  std::string source;
  std::string destination;
  std::int64_t port = 0;
  std::int64_t used = 0;  ///< sockets of all states, those in TIME_WAIT among them
  std::int64_t time_wait = 0;
  std::int64_t inode = 0;  ///< of one of them, to find its owner; 0: none has one
  std::vector<GroupOwner> owners = {};
  friend bool operator==(const PortUse&, const PortUse&) = default;
};

/// A UDP socket that dropped datagrams because its receive buffer was full.
struct UdpSocket {
  Family family = Family::ipv4;
  std::string address;  ///< local; "0.0.0.0" for any
  std::int64_t port = 0;
  std::int64_t inode = 0;
  std::int64_t drops = 0;  ///< since it was opened
  Bytes receive_queue;     ///< with the kernel's own overhead
  std::vector<GroupOwner> owners = {};
  friend bool operator==(const UdpSocket&, const UdpSocket&) = default;
};

/// Established incoming connections of one network, by their use.
struct PeerGroup {
  Family family = Family::ipv4;
  std::string prefix;     ///< "192.0.2.0/24", "2001:db8::/64"
  std::int64_t port = 0;  ///< the local port
  std::int64_t connections = 0;
  /// of them: connections without any data from the server and without received data for 10 s
  std::int64_t silent = 0;
  /// Of them: connections open for 10 s or longer, without any data from the server, with less than
  /// 1 KiB in three or more pieces, the last one within 10 s.
  std::int64_t trickling = 0;
  friend bool operator==(const PeerGroup&, const PeerGroup&) = default;
};

}  // namespace weir
