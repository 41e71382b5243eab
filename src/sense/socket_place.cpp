#include "sense/socket_place.h"

#include <algorithm>

namespace weir::sense {
namespace {

constexpr std::array<std::uint8_t, 12> v4_mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::size_t ipv4_prefix_bytes = 3;
constexpr std::size_t ipv6_prefix_bytes = 8;

}  // namespace

End make_end(Family family, const wire::RawAddress& address) {
  if (family == Family::ipv4 || !std::equal(v4_mapped_prefix.begin(), v4_mapped_prefix.end(), address.begin())) return {family, address};
  End end;
  std::copy(address.begin() + v4_mapped_prefix.size(), address.end(), end.address.begin());
  return end;
}

std::string to_text(const End& end) { return wire::format_address(end.family, end.address); }

End prefix_of(const End& end) {
  End prefix = end;
  const std::size_t kept = end.family == Family::ipv4 ? ipv4_prefix_bytes : ipv6_prefix_bytes;
  std::fill(prefix.address.begin() + static_cast<std::ptrdiff_t>(kept), prefix.address.end(), std::uint8_t{0});
  return prefix;
}

std::string prefix_text(const End& prefix) {
  const std::size_t kept = prefix.family == Family::ipv4 ? ipv4_prefix_bytes : ipv6_prefix_bytes;
  return to_text(prefix) + "/" + std::to_string(kept * 8);
}

}  // namespace weir::sense
