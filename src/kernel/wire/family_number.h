// Address families in messages: AF_INET and AF_INET6, their numbers and the bytes of their
// addresses. Not the text of an address: see sock_diag.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

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

}  // namespace weir::wire
