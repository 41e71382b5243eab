// Addresses inside messages: AF_INET and AF_INET6, their numbers and the bytes of their addresses;
// hardware addresses as text, whose length differs (Ethernet has 6 bytes, InfiniBand 20). Not the
// text of an address of these families: see sock_diag.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/wire/netlink.h"
#include "kernel/wire/sock_diag.h"
#include "model/family.h"

namespace weir::wire {

[[nodiscard]] std::uint8_t family_number(Family family);
[[nodiscard]] std::optional<Family> family_of(std::uint16_t number);
[[nodiscard]] std::size_t address_size(Family family);
/// The first bytes as an address, followed by zeros.
[[nodiscard]] RawAddress load_address(ByteSpan bytes);
/// The family in the first byte of a request of that type, as in rtmsg, ndmsg and ifaddrmsg.
[[nodiscard]] std::optional<Family> parse_request_family(ByteSpan request, std::uint16_t type);

/// A hardware address of at most MAX_ADDR_LEN bytes (linux/netdevice.h); empty for none.
[[nodiscard]] std::string format_link_address(ByteSpan bytes);
[[nodiscard]] ByteBuffer parse_link_address(std::string_view text);

}  // namespace weir::wire
