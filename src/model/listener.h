// Listener: a TCP socket in LISTEN, and the processes that hold it. Not the sockets of its
// connections: socket_group.h and flow.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/family.h"
#include "model/owner.h"

namespace weir {

/// A TCP socket in LISTEN. Identity: namespace, cookie and inode; address and port are for display
/// and grouping.
struct Listener {
  Family family = Family::ipv4;
  std::string address;  ///< numeric, e.g. "0.0.0.0", "::1"
  std::int64_t port = 0;
  std::int64_t interface = 0;  ///< bound interface index, 0: any
  std::uint64_t cookie = 0;    ///< SO_COOKIE
  std::int64_t inode = 0;
  std::int64_t uid = 0;
  std::int64_t queue = 0;  ///< sk_ack_backlog: connections that wait for accept()
  /// sk_max_ack_backlog = min(listen backlog, somaxconn); the queue holds backlog + 1
  std::int64_t backlog = 0;
  std::optional<std::int64_t> drops;  ///< sk_drops, from INET_DIAG_SKMEMINFO
  /// requests in the SYN queue (SYN_RECV sockets of this local address and port; a SO_REUSEPORT
  /// group's total is at each member)
  std::optional<std::int64_t> half_open;
  std::optional<bool> v6only;
  /// bounded; empty if it could not be read
  std::vector<Owner> owners;
  /// of half_open: requests whose SYN-ACK was sent again, because no answer came within 1 s
  std::optional<std::int64_t> half_open_stale = std::nullopt;
  /// sockets of its local end by state, if they were counted; a group's total is at each member
  std::map<std::string, std::int64_t> connections = {};
  friend bool operator==(const Listener&, const Listener&) = default;
};

/// "0.0.0.0:80", "[::]:443".
[[nodiscard]] std::string listener_name(const Listener& listener);

}  // namespace weir
