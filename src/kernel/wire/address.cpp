#include "kernel/wire/address.h"

#include <algorithm>

#include <sys/socket.h>

#include "base/text.h"

namespace weir::wire {
namespace {

constexpr std::size_t max_link_address = 32;  // MAX_ADDR_LEN (linux/netdevice.h)

}  // namespace

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

std::string format_link_address(ByteSpan bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes.first(std::min(bytes.size(), max_link_address))) {
    const auto number = static_cast<unsigned>(byte);
    if (!text.empty()) text += ':';
    text += digits[number >> 4U];
    text += digits[number & 0xFU];
  }
  return text;
}

ByteBuffer parse_link_address(std::string_view text) {
  constexpr std::size_t step = 3;
  ByteBuffer bytes;
  for (std::size_t at = 0; at + 1 < text.size(); at += step)
    bytes.push_back(static_cast<std::byte>(parse_hex(text.substr(at, 2)).value_or(0)));
  return bytes;
}

}  // namespace weir::wire
