#include "kernel/wire/family_number.h"

#include <algorithm>

#include <sys/socket.h>

namespace weir::wire {

std::uint8_t family_number(Family family) { return family == Family::ipv6 ? AF_INET6 : AF_INET; }

std::optional<Family> family_of(std::uint16_t number) {
  if (number == AF_INET) return Family::ipv4;
  if (number == AF_INET6) return Family::ipv6;
  return std::nullopt;
}

std::size_t address_size(Family family) {
  constexpr std::size_t ipv4 = 4;
  constexpr std::size_t ipv6 = 16;
  return family == Family::ipv6 ? ipv6 : ipv4;
}

RawAddress load_address(ByteSpan bytes) {
  RawAddress address{};
  std::memcpy(address.data(), bytes.data(), std::min(address.size(), bytes.size()));
  return address;
}

std::optional<Family> parse_request_family(ByteSpan request, std::uint16_t type) {
  std::optional<Family> family;
  const auto status = for_each_message(request, [&](const Message& message) -> Status {
    if (message.type == type && !message.payload.empty())
      family = family_of(static_cast<std::uint8_t>(message.payload.front()));
    return {};
  });
  return status.ok() ? family : std::nullopt;
}

}  // namespace weir::wire
