// LocalEnds: sockets that came in, counted by their local address and port and given to the
// listeners that they came to. Not by process, and not by peer.
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

/// Whether a socket with this local end belongs to the listener: its own address, or any. A
/// listener of [::] takes IPv4 too, unless v6only.
[[nodiscard]] bool accepts(const Listener& listener, const wire::RawAddress& listener_address,
                           const wire::DiagSocket& request);

class LocalEnds {
 public:
  void clear() { ends_.clear(); }
  /// The number of ends is bounded, so that a flood costs no memory.
  void add(const wire::DiagSocket& socket);

  /// Sets half_open and half_open_stale of each listener; with `states` also `connections`, for
  /// those states. A listener of an address takes that address's sockets away from one of any
  /// address, as the kernel's lookup does.
  void give_to(std::vector<Listener>& listeners, const std::vector<wire::TcpState>& states) const;

 private:
  static constexpr std::size_t state_count = 16;
  struct Counts {
    std::array<std::int64_t, state_count> states{};
    std::int64_t stale = 0;  ///< of SYN_RECV: those whose SYN-ACK was sent again
  };
  /// The port comes first: all ends of a listener's port stand together.
  using LocalEnd = std::tuple<std::uint16_t, Family, wire::RawAddress>;
  static LocalEnd end_of(const Listener& listener);
  [[nodiscard]] Counts sum_for(const Listener& listener, const std::set<LocalEnd>& taken) const;

  std::map<LocalEnd, Counts> ends_;
};

}  // namespace weir::sense
