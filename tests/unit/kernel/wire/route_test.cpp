#include "kernel/wire/route.h"

#include <gtest/gtest.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::route_test {

std::vector<Route> parse_all(const ByteBuffer& bytes) {
  std::vector<Route> routes;
  const auto result =
      parse_route_datagram(bytes, [&](const Route& route) { routes.push_back(route); });
  EXPECT_TRUE(result.ok());
  return routes;
}

NextHop hop(std::int64_t link, Family family, const std::string& gateway) {
  return {link, family, parse_address(family, gateway).value_or(RawAddress{})};
}

const Route* find_default(const std::vector<Route>& routes) {
  for (const auto& route : routes) {
    if (route.prefix == 0) return &route;
  }
  return nullptr;
}

// Captured from Linux 6.18 in a namespace in which `ip route` showed: default via 192.0.2.1 dev v0;
// blackhole 10.0.0.0/8; 203.0.113.0/24 over two gateways; two connected networks. It also had a
// default route of table 77, which the request leaves out.
TEST(Route, CapturedRoutesHaveTheirGatewaysAndTables) {
  const auto routes = parse_all(corpus_bytes("route_fuzz/ipv4"));
  ASSERT_EQ(routes.size(), 6U);
  for (const auto& route : routes) EXPECT_TRUE(route.main);
  const auto* standard = find_default(routes);
  ASSERT_NE(standard, nullptr);
  ASSERT_EQ(standard->hops.size(), 1U);
  const auto link = standard->hops[0].link;
  EXPECT_EQ(standard->hops[0], hop(link, Family::ipv4, "192.0.2.1"));
  int blackholes = 0;
  int shared = 0;
  int connected = 0;
  for (const auto& route : routes) {
    if (!route.unicast) ++blackholes;
    if (route.hops == std::vector<NextHop>{hop(link, Family::ipv4, "192.0.2.1"),
                                           hop(link, Family::ipv4, "192.0.2.3")})
      ++shared;
    if (route.hops.size() == 1 && !route.hops[0].family) ++connected;
  }
  EXPECT_EQ(blackholes, 1);
  EXPECT_EQ(shared, 1);
  EXPECT_EQ(connected, 3);
}

TEST(Route, CapturedIpv6RoutesHaveTheDefaultGateway) {
  const auto routes = parse_all(corpus_bytes("route_fuzz/ipv6"));
  const auto* standard = find_default(routes);
  ASSERT_NE(standard, nullptr);
  EXPECT_EQ(standard->family, Family::ipv6);
  ASSERT_EQ(standard->hops.size(), 1U);
  EXPECT_EQ(standard->hops[0], hop(standard->hops[0].link, Family::ipv6, "2001:db8::1"));
}

TEST(Route, TheRequestAsksForTheMainTableAlone) {
  EXPECT_EQ(build_route_request(Family::ipv4), corpus_bytes("route_fuzz/request"));
  EXPECT_EQ(parse_route_request(build_route_request(Family::ipv6)), Family::ipv6);
  EXPECT_FALSE(parse_route_request(corpus_bytes("neighbour_fuzz/request")).has_value());
}

TEST(Route, ARouteBecomesBytesAndARouteAgain) {
  Route plain{Family::ipv4,
              true,
              true,
              24,
              parse_address(Family::ipv4, "203.0.113.0").value(),
              {hop(3, Family::ipv4, "192.0.2.1")}};
  Route over_ipv6{Family::ipv4, true, true, 0, {}, {hop(3, Family::ipv6, "fe80::1")}};
  Route many{
      Family::ipv6,
      true,
      true,
      0,
      {},
      {hop(3, Family::ipv6, "fe80::1"), hop(4, Family::ipv6, "fe80::2"), {5, std::nullopt, {}}}};
  Route local{Family::ipv6,           false, false, 128, parse_address(Family::ipv6, "::1").value(),
              {{1, std::nullopt, {}}}};
  for (const auto& route : {plain, over_ipv6, many, local}) {
    MessageWriter writer;
    write_route(writer, route);
    EXPECT_EQ(parse_all(writer.take()), std::vector<Route>{route});
  }
}

TEST(Route, AGatewayOfAnotherLengthIsIgnored) {
  Route route{Family::ipv4, true, true, 0, {}, {hop(3, Family::ipv4, "192.0.2.1")}};
  MessageWriter writer;
  write_route(writer, route);
  auto bytes = writer.take();
  // RTA_GATEWAY follows RTA_TABLE: its length becomes 6.
  const std::size_t at = 16 + 12 + 8;
  ASSERT_EQ(static_cast<int>(bytes[at]), 8);
  bytes[at] = std::byte{6};
  const auto routes = parse_all(bytes);
  ASSERT_EQ(routes.size(), 1U);
  ASSERT_EQ(routes[0].hops.size(), 1U);
  EXPECT_FALSE(routes[0].hops[0].family.has_value());
}

TEST(Route, EveryTruncationIsAnErrorOrHasFewerRoutes) {
  const auto bytes = corpus_bytes("route_fuzz/ipv4");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const ByteBuffer cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    int routes = 0;
    static_cast<void>(parse_route_datagram(cut, [&](const Route&) { ++routes; }).ok());
    EXPECT_LT(routes, 7) << size;
  }
}

}  // namespace weir::wire::route_test
