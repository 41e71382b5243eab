#include "sense/socket_place.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace weir::sense {
namespace {

constexpr std::array<std::uint8_t, 12> v4_mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::size_t ipv4_prefix_bytes = 3;
constexpr std::size_t ipv6_prefix_bytes = 8;

}  // namespace

std::optional<PortRange> find_local_port_range(const Settings& settings) {
  const auto found = settings.sysctls.find("net.ipv4.ip_local_port_range");
  const auto words = found == settings.sysctls.end() ? std::vector<std::string_view>()
                                                     : split_words(found->second);
  if (words.size() != 2) return std::nullopt;
  const auto low = parse_integer(words[0]);
  const auto high = parse_integer(words[1]);
  if (!low || !high || *low < 0 || *high > UINT16_MAX || *low > *high) return std::nullopt;
  return PortRange{static_cast<std::uint16_t>(*low), static_cast<std::uint16_t>(*high)};
}

End make_end(Family family, const wire::RawAddress& address) {
  if (family == Family::ipv4 ||
      !std::equal(v4_mapped_prefix.begin(), v4_mapped_prefix.end(), address.begin()))
    return {family, address};
  End end;
  std::copy(address.begin() + v4_mapped_prefix.size(), address.end(), end.address.begin());
  return end;
}

std::string to_text(const End& end) { return wire::format_address(end.family, end.address); }

End prefix_of(const End& end) {
  End prefix = end;
  const std::size_t kept = end.family == Family::ipv4 ? ipv4_prefix_bytes : ipv6_prefix_bytes;
  std::fill(prefix.address.begin() + static_cast<std::ptrdiff_t>(kept), prefix.address.end(),
            std::uint8_t{0});
  return prefix;
}

std::string prefix_text(const End& prefix) {
  const std::size_t kept = prefix.family == Family::ipv4 ? ipv4_prefix_bytes : ipv6_prefix_bytes;
  return to_text(prefix) + "/" + std::to_string(kept * 8);
}

}  // namespace weir::sense
