// SocketGroups: counts the sockets of the rare states in groups, within bounds. Not SYN_RECV:
// half-open requests belong to their listeners (local_ends.h).
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "kernel/wire/sock_diag.h"
#include "model/socket_group.h"
#include "sense/socket_place.h"

namespace weir::sense {

/// Cookies of the sockets in rare states, with their state. The cookies at the window's start show
/// which sockets at its end are lasting. Bounded.
using RareCookies = std::unordered_map<std::uint64_t, wire::TcpState>;

/// A group and the inodes of some of its sockets, which are used to find their owners.
struct GroupWithInodes {
  SocketGroup group;
  std::vector<std::uint64_t> inodes;
};

class SocketGroups {
 public:
  /// `before` is from the window's start; null in the window's first Snapshot.
  SocketGroups(const ListeningPorts& listening, const RareCookies* before)
      : listening_(listening), before_(before) {}

  void clear();
  void add(const wire::DiagSocket& socket);

  /// Largest first; for each state the largest max_groups_per_state.
  [[nodiscard]] std::vector<GroupWithInodes> take();
  [[nodiscard]] RareCookies take_cookies() { return std::move(cookies_); }
  /// Sockets that no group counted, because the number of groups was too large.
  [[nodiscard]] std::int64_t dropped() const { return dropped_; }

  static constexpr std::size_t max_groups = 4096;
  static constexpr std::size_t max_groups_per_state = 16;

 private:
  /// State, whether it came in, the port, and the peer of outgoing sockets.
  using Key = std::tuple<wire::TcpState, bool, std::uint16_t, End>;
  [[nodiscard]] Key key_of(const wire::DiagSocket& socket) const;
  void remember(const wire::DiagSocket& socket);

  const ListeningPorts& listening_;
  const RareCookies* before_;
  std::map<Key, GroupWithInodes> groups_;
  RareCookies cookies_;
  std::int64_t dropped_ = 0;
};

}  // namespace weir::sense
