// SocketGroups: counts the sockets of the rare states by what they have in common, within bounds.
// Not SYN_RECV: half-open requests are their listeners' (local_ends.h).
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

/// Cookies of the sockets in rare states, with their state: those of the window's start tell which
/// of its end are lasting. Bounded.
using RareCookies = std::unordered_map<std::uint64_t, wire::TcpState>;

/// A group and the inodes of some of its sockets, by which their owners are found.
struct GroupWithInodes {
  SocketGroup group;
  std::vector<std::uint64_t> inodes;
};

class SocketGroups {
 public:
  /// `before`: of the window's start; null in its first Snapshot.
  SocketGroups(const ListeningPorts& listening, const RareCookies* before)
      : listening_(listening), before_(before) {}

  void clear();
  void add(const wire::DiagSocket& socket);

  /// Largest first, of each state the largest max_groups_per_state.
  [[nodiscard]] std::vector<GroupWithInodes> take();
  [[nodiscard]] RareCookies take_cookies() { return std::move(cookies_); }
  /// Sockets that no group counted, because there were too many groups.
  [[nodiscard]] std::int64_t dropped() const { return dropped_; }

  static constexpr std::size_t max_groups = 4096;
  static constexpr std::size_t max_groups_per_state = 16;

 private:
  /// State, whether it came in, the port, and the peer of those that did not.
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
