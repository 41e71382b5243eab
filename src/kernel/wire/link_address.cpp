#include "kernel/wire/link_address.h"

#include <algorithm>

#include "base/text.h"

namespace weir::wire {
namespace {

constexpr std::size_t max_link_address = 32;  // MAX_ADDR_LEN (linux/netdevice.h)

}  // namespace

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
