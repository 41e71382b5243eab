// Entries of the neighbour tables (ARP and neighbour discovery) from rtnetlink (RTM_GETNEIGH): the
// request and the answer, both ways. Not the tables' limits and counters: those are in
// /proc/net/stat.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/wire/netlink.h"
#include "kernel/wire/sock_diag.h"

namespace weir::wire {

struct Neighbour {
  Family family = Family::ipv4;
  std::int64_t link = 0;
  RawAddress address{};
  std::string link_address;  ///< "02:00:00:00:00:01"; empty if it is not known
  std::uint16_t state = 0;   ///< NUD_… (linux/neighbour.h)
  friend bool operator==(const Neighbour&, const Neighbour&) = default;
};

/// "reachable", "stale", "failed", …: the state's name in lower case; empty for no state and for a
/// mixture.
[[nodiscard]] std::string_view neighbour_state_name(std::uint16_t state);
/// The inverse; 0 for an unknown word.
[[nodiscard]] std::uint16_t parse_neighbour_state(std::string_view name);
/// No host has answered for it: INCOMPLETE or FAILED.
[[nodiscard]] bool is_unanswered(std::uint16_t state);
/// The kernel did not learn it by asking: PERMANENT or NOARP.
[[nodiscard]] bool is_fixed(std::uint16_t state);

/// A dump request, ready for Netlink::dump_some over protocol_route.
[[nodiscard]] ByteBuffer build_neighbour_request(Family family);
[[nodiscard]] std::optional<Family> parse_neighbour_request(ByteSpan request);

/// Visits the entries of one datagram. Skips families other than IPv4 and IPv6. Returns whether the
/// dump was interrupted.
[[nodiscard]] Result<bool> parse_neighbour_datagram(
    ByteSpan datagram, const std::function<void(const Neighbour&)>& visitor);

/// Appends the message that the kernel would send for this entry.
void write_neighbour(MessageWriter& writer, const Neighbour& neighbour);

}  // namespace weir::wire
