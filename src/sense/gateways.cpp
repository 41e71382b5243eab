#include "sense/gateways.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "kernel/wire/neighbour.h"
#include "kernel/wire/route.h"
#include "kernel/wire/rtnetlink.h"
#include "sense/dump.h"
#include "sense/links.h"

namespace weir::sense {
namespace {

// A router may have a million routes (some 0.2 s of CPU to dump). The default route comes first in
// the tree of either family.
constexpr std::int64_t max_routes = 4096;
constexpr std::int64_t max_neighbours = 65'536;
constexpr std::size_t max_gateways = 64;
constexpr std::array families{Family::ipv4, Family::ipv6};

std::string family_name(Family family) { return family == Family::ipv6 ? "IPv6" : "IPv4"; }

/// The kernel does not have this table or family: nothing is hidden.
bool is_absent(const Error& error) { return error.code == ErrorCode::unsupported; }

class Routes {
 public:
  Routes(std::vector<Link>& links, std::vector<NotSeen>& not_seen)
      : links_(links), not_seen_(not_seen) {}

  void read(kernel::Netlink& netlink, Family family) {
    std::int64_t count = 0;
    const auto whole = dump_until(
        netlink, wire::protocol_route, wire::build_route_request(family), [&] { count = 0; },
        [&](wire::ByteSpan datagram) {
          return wire::parse_route_datagram(datagram, [&](const wire::Route& route) {
            ++count;
            // a kernel without the family returns the routes of all others
            if (route.family == family) add(route);
          });
        },
        [&] { return count >= max_routes; });
    if (whole.ok() && *whole) return;
    if (!whole.ok() && is_absent(whole.error())) return;
    const std::string why =
        whole.ok() ? "weir reads at most " + std::to_string(max_routes) : whole.error().message;
    not_seen_.push_back(
        {Subject::routes, (whole.ok() ? "further " : "") + family_name(family) + " routes", why});
  }

  [[nodiscard]] std::vector<Gateway> take() {
    std::sort(gateways_.begin(), gateways_.end(), [](const Gateway& a, const Gateway& b) {
      return std::tie(a.family, a.link, a.address) < std::tie(b.family, b.link, b.address);
    });
    return std::move(gateways_);
  }

 private:
  /// The routes to fe80::/64 that IPv6 makes for each interface tell nothing of its use.
  static bool leads_away(const wire::Route& route) {
    return route.main && route.unicast &&
           (route.prefix == 0 || !wire::is_link_local(route.family, route.destination));
  }

  void add(const wire::Route& route) {
    if (!leads_away(route)) return;
    for (const auto& hop : route.hops) {
      if (auto* link = find_link(links_, hop.link)) link->routed = true;
      if (route.prefix != 0 || !hop.family || gateways_.size() >= max_gateways) continue;
      Gateway gateway{
          *hop.family, wire::format_address(*hop.family, hop.gateway), hop.link, {}, {}};
      if (std::find(gateways_.begin(), gateways_.end(), gateway) == gateways_.end())
        gateways_.push_back(std::move(gateway));
    }
  }

  std::vector<Link>& links_;
  std::vector<NotSeen>& not_seen_;
  std::vector<Gateway> gateways_;
};

/// The gateways of a family by interface and address.
using GatewayIndex = std::map<std::pair<std::int64_t, wire::RawAddress>, Gateway*>;

GatewayIndex index_gateways(Family family, std::vector<Gateway>& gateways) {
  GatewayIndex index;
  for (auto& gateway : gateways) {
    const auto address = wire::parse_address(family, gateway.address);
    if (gateway.family == family && address) index[{gateway.link, *address}] = &gateway;
  }
  return index;
}

void count_neighbours(kernel::Netlink& netlink, Family family, const GatewayIndex& gateways,
                      std::map<std::string, std::int64_t>& tables, std::vector<NotSeen>& not_seen) {
  std::int64_t count = 0;
  std::int64_t listed = 0;
  std::int64_t failed = 0;
  const auto whole = dump_until(
      netlink, wire::protocol_route, wire::build_neighbour_request(family),
      [&] { count = listed = failed = 0; },
      [&](wire::ByteSpan datagram) {
        return wire::parse_neighbour_datagram(datagram, [&](const wire::Neighbour& neighbour) {
          if (neighbour.family != family) return;
          ++count;
          if (const auto gateway = gateways.find({neighbour.link, neighbour.address});
              gateway != gateways.end()) {
            gateway->second->link_address = neighbour.link_address;
            gateway->second->state = wire::neighbour_state_name(neighbour.state);
          }
          if (wire::is_fixed(neighbour.state)) return;
          ++listed;
          if (wire::is_unanswered(neighbour.state)) ++failed;
        });
      },
      [&] { return count >= max_neighbours; });
  if (!whole.ok()) {
    if (!is_absent(whole.error()))
      not_seen.push_back(
          {Subject::neighbours, family_name(family) + " neighbour entries", whole.error().message});
    return;
  }
  const std::string prefix = family == Family::ipv6 ? "neighbour.ipv6." : "neighbour.ipv4.";
  tables[prefix + "listed"] = listed;
  tables[prefix + "failed"] = failed;
  if (!*whole)
    not_seen.push_back({Subject::precision, "further " + family_name(family) + " neighbour entries",
                        "weir reads at most " + std::to_string(max_neighbours)});
}

}  // namespace

std::vector<Gateway> read_gateways(kernel::Netlink& netlink, std::vector<Link>& links,
                                   std::vector<NotSeen>& not_seen) {
  Routes routes(links, not_seen);
  for (const auto family : families) routes.read(netlink, family);
  return routes.take();
}

std::map<std::string, std::int64_t> read_neighbours(kernel::Netlink& netlink,
                                                    std::vector<Gateway>& gateways,
                                                    std::vector<NotSeen>& not_seen) {
  std::map<std::string, std::int64_t> tables;
  for (const auto family : families)
    count_neighbours(netlink, family, index_gateways(family, gateways), tables, not_seen);
  return tables;
}

}  // namespace weir::sense
