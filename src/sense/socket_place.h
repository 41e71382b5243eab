// SocketPlace: facts from a socket's addresses: whether it came in, and its ends as text. Not its
// state.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/wire/sock_diag.h"
#include "model/family.h"
#include "model/listener.h"
#include "model/settings.h"

namespace weir::sense {

/// The local ports that listen.
class ListeningPorts {
 public:
  explicit ListeningPorts(const std::vector<Listener>& listeners) {
    for (const auto& listener : listeners) {
      if (listener.port > 0 && listener.port < count)
        ports_.set(static_cast<std::size_t>(listener.port));
    }
  }
  [[nodiscard]] bool has(std::uint16_t port) const { return ports_.test(port); }

 private:
  static constexpr std::int64_t count = 65536;
  std::bitset<count> ports_;
};

/// net.ipv4.ip_local_port_range, both ends included.
struct PortRange {
  std::uint16_t low = 0;
  std::uint16_t high = 0;
  [[nodiscard]] std::int64_t size() const { return std::int64_t{high} - low + 1; }
};
/// Nothing if it was not read or does not parse.
[[nodiscard]] std::optional<PortRange> find_local_port_range(const Settings& settings);

struct End {
  Family family = Family::ipv4;
  wire::RawAddress address{};
  friend auto operator<=>(const End&, const End&) = default;
};

/// An IPv4 address inside an IPv6 one (from a dual-stack socket) becomes a plain IPv4 address.
[[nodiscard]] End make_end(Family family, const wire::RawAddress& address);
[[nodiscard]] std::string to_text(const End& end);
/// "192.0.2.0/24", "2001:db8::/64": abuse is usually counted by such networks.
[[nodiscard]] End prefix_of(const End& end);
[[nodiscard]] std::string prefix_text(const End& prefix);

}  // namespace weir::sense
