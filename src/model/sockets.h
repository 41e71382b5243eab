// Sockets: the sockets of a network namespace: each listener, and the others as numbers of those
// that belong together. Not single connections: a Recording holds a sample of them (flow.h).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/listener.h"
#include "model/socket_group.h"

namespace weir {

struct Sockets {
  std::vector<Listener> listeners;  ///< ordered by port, address, cookie
  /// TCP sockets per state without ESTABLISHED, TIME_WAIT and LISTEN: "SYN_RECV" …
  std::map<std::string, std::int64_t> states;
  std::vector<SocketGroup> socket_groups;  ///< of the rare states; largest first, bounded
  /// largest first, bounded; only in a window's last Snapshot, or a lone one
  std::vector<PortUse> port_uses;
  std::vector<PeerGroup> peer_groups;  ///< largest first, bounded; likewise
  /// The sockets that have dropped datagrams, most drops first, bounded. Only in a window's last
  /// Snapshot, if the namespace's counter of full buffers moved.
  std::vector<UdpSocket> udp_sockets;
  friend bool operator==(const Sockets&, const Sockets&) = default;
};

}  // namespace weir
