// LocalEnds: counts incoming sockets by local address and port, and assigns them to their
// listeners. Not by process, and not by peer.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "kernel/wire/sock_diag.h"
#include "model/family.h"
#include "model/listener.h"

namespace weir::sense {

/// Whether a socket with this local end belongs to the listener: the listener has its address, or
/// any address. A listener of [::] also accepts IPv4, unless v6only.
[[nodiscard]] bool accepts(const Listener& listener, const wire::RawAddress& listener_address,
                           const wire::DiagSocket& request);

class LocalEnds {
 public:
  void clear() { ends_.clear(); }
  /// The number of ends is bounded, so that a flood does not use much memory.
  void add(const wire::DiagSocket& socket);

  /// Sets half_open and half_open_stale of each listener; with `states` also `connections`, for
  /// those states. The sockets of an address belong to the listener of this address, not to one of
  /// any address, as in the kernel's lookup.
  void give_to(std::vector<Listener>& listeners, const std::vector<wire::TcpState>& states) const;

 private:
  static constexpr std::size_t state_count = 16;
  struct Counts {
    std::array<std::int64_t, state_count> states{};
    std::int64_t stale = 0;  ///< of SYN_RECV: those whose SYN-ACK was sent again
  };
  /// The port comes first, so that all ends of a listener's port are next to each other.
  using LocalEnd = std::tuple<std::uint16_t, Family, wire::RawAddress>;
  static LocalEnd end_of(const Listener& listener);
  [[nodiscard]] Counts sum_for(const Listener& listener, const std::set<LocalEnd>& taken) const;

  std::map<LocalEnd, Counts> ends_;
};

}  // namespace weir::sense
