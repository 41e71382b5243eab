#include "kernel/wire/ipv6_state.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <arpa/inet.h>

#include "base/text.h"
#include "kernel/wire/lines.h"

namespace weir::wire {
namespace {

constexpr std::size_t address_digits = 32;
constexpr std::int64_t address_bits = 128;

bool is_address(std::string_view digits) {
  return digits.size() == address_digits &&
         std::all_of(digits.begin(), digits.end(), [](char digit) {
           return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
         });
}

std::optional<Ipv6Address> make_address(std::string_view digits, std::string_view prefix,
                                        std::string_view interface) {
  const auto length = parse_hex(prefix);
  if (!is_address(digits) || !length || *length > address_bits || interface.empty())
    return std::nullopt;
  return Ipv6Address{std::string(digits), static_cast<std::int64_t>(*length),
                     std::string(interface)};
}

}  // namespace

std::string format_ipv6(const std::string& digits, std::int64_t prefix) {
  constexpr std::size_t bytes = 16;
  if (!is_address(digits)) return digits;
  std::array<unsigned char, bytes> address{};
  for (std::size_t i = 0; i < bytes; ++i)
    address[i] = static_cast<unsigned char>(
        parse_hex(std::string_view(digits).substr(2 * i, 2)).value_or(0));
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_ntop(AF_INET6, address.data(), text.data(), text.size()) == nullptr) return digits;
  return std::string(text.data()) + "/" + std::to_string(prefix);
}

std::string make_link_local_digits(std::string_view hardware_address) {
  constexpr std::size_t bytes = 6;
  constexpr std::uint64_t universal_bit = 0x02;
  constexpr std::string_view hex = "0123456789abcdef";
  const auto parts = split(hardware_address, ':');
  if (parts.size() != bytes) return {};
  std::string digits = "fe80000000000000";
  for (std::size_t i = 0; i < bytes; ++i) {
    const auto byte = parse_hex(parts[i]);
    if (!byte || *byte > UINT8_MAX) return {};
    const std::uint64_t value = i == 0 ? *byte ^ universal_bit : *byte;
    digits += hex[value >> 4U];
    digits += hex[value & 0xFU];
    if (i == bytes / 2 - 1) digits += "fffe";
  }
  return digits;
}

void parse_if_inet6(std::string_view text, const std::function<void(const Ipv6Address&)>& visitor) {
  constexpr std::size_t fields = 6;  // address, index, prefix, scope, flags, name
  LineReader lines(text);
  while (const auto line = lines.next()) {
    const auto words = split_words(*line);
    if (words.size() != fields) continue;
    if (const auto address = make_address(words[0], words[2], words[5])) visitor(*address);
  }
}

void parse_ipv6_route(std::string_view text, const std::function<void(const Ipv6Route&)>& visitor) {
  // destination, prefix, source, prefix, gateway, metric, references, uses, flags, name
  constexpr std::size_t fields = 10;
  constexpr std::uint64_t gateway_flag = 0x2;
  constexpr std::uint64_t advertised_flags = 0x10000 | 0x40000;
  constexpr std::uint64_t local_flags = 0x80000000 | 0x100000;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    const auto words = split_words(*line);
    if (words.size() != fields) continue;
    const auto destination = make_address(words[0], words[1], words[9]);
    const auto flags = parse_hex(words[8]);
    if (!destination || !flags) continue;
    // ip6_null_entry_template, net/ipv6/route.c
    const bool is_last = words[5] == "ffffffff" && destination->prefix == 0;
    visitor({*destination, (*flags & gateway_flag) != 0, is_last || (*flags & local_flags) != 0,
             (*flags & advertised_flags) != 0});
  }
}

}  // namespace weir::wire
