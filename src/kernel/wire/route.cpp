#include "kernel/wire/route.h"

#include <algorithm>
#include <string>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "kernel/wire/address.h"

namespace weir::wire {
namespace {

constexpr std::size_t max_hops = 64;  // a route with more tells nothing new
constexpr std::size_t align_hop(std::size_t size) {
  return (size + RTNH_ALIGNTO - 1) / RTNH_ALIGNTO * RTNH_ALIGNTO;
}
constexpr std::uint32_t main_table = RT_TABLE_MAIN;

void read_gateway(Family family, ByteSpan payload, NextHop& hop) {
  if (payload.size() != address_size(family)) return;
  hop.family = family;
  hop.gateway = load_address(payload);
}

/// struct rtvia: a family in two bytes, then the address.
void read_via(ByteSpan payload, NextHop& hop) {
  const auto number = load<std::uint16_t>(payload);
  const auto family = number ? family_of(*number) : std::nullopt;
  if (family) read_gateway(*family, payload.subspan(sizeof(*number)), hop);
}

/// An interface's index is positive (net/core/dev.c, dev_new_index); 0 for any other number.
std::int64_t link_index(std::int64_t number) {
  return number > 0 && number <= INT32_MAX ? number : 0;
}

void add_hop(const NextHop& hop, std::vector<NextHop>& hops) {
  if (hop.link != 0 || hop.family) hops.push_back(hop);
}

void read_hop_attribute(const Attribute& attribute, Family family, NextHop& hop) {
  switch (attribute.type) {
    case RTA_OIF: hop.link = link_index(load<std::uint32_t>(attribute.payload).value_or(0)); break;
    case RTA_GATEWAY: read_gateway(family, attribute.payload, hop); break;
    case RTA_VIA: read_via(attribute.payload, hop); break;
    default: break;
  }
}

/// RTA_MULTIPATH: a struct rtnexthop with its own attributes for each next hop.
void read_multipath(ByteSpan payload, Family family, std::vector<NextHop>& hops) {
  while (hops.size() < max_hops) {
    const auto header = load<rtnexthop>(payload);
    if (!header || header->rtnh_len < sizeof(rtnexthop) || header->rtnh_len > payload.size())
      return;
    NextHop hop;
    hop.link = link_index(header->rtnh_ifindex);
    const auto attributes =
        payload.subspan(sizeof(rtnexthop), header->rtnh_len - sizeof(rtnexthop));
    for_each_attribute(attributes, [&](const Attribute& attribute) {
      read_hop_attribute(attribute, family, hop);
    });
    add_hop(hop, hops);
    payload = payload.subspan(std::min<std::size_t>(payload.size(), align_hop(header->rtnh_len)));
  }
}

std::optional<Route> read_route(const rtmsg& body, ByteSpan attributes) {
  const auto family = family_of(body.rtm_family);
  if (!family || (body.rtm_flags & RTM_F_CLONED) != 0) return std::nullopt;
  Route route;
  route.family = *family;
  route.unicast = body.rtm_type == RTN_UNICAST;
  route.prefix = body.rtm_dst_len;
  std::uint32_t table = body.rtm_table;
  NextHop single;
  for_each_attribute(attributes, [&](const Attribute& attribute) {
    if (attribute.type == RTA_TABLE) {
      table = load<std::uint32_t>(attribute.payload).value_or(table);
    } else if (attribute.type == RTA_DST && attribute.payload.size() == address_size(*family)) {
      route.destination = load_address(attribute.payload);
    } else if (attribute.type == RTA_MULTIPATH) {
      read_multipath(attribute.payload, *family, route.hops);
    } else {
      read_hop_attribute(attribute, *family, single);
    }
  });
  route.main = table == main_table;
  add_hop(single, route.hops);
  return route;
}

void put_gateway(MessageWriter& writer, Family route_family, const NextHop& hop) {
  if (!hop.family) return;
  const auto address = std::as_bytes(std::span(hop.gateway)).first(address_size(*hop.family));
  if (*hop.family == route_family) {
    writer.put_attribute(RTA_GATEWAY, address);
    return;
  }
  ByteBuffer via(sizeof(std::uint16_t));
  const std::uint16_t number = family_number(*hop.family);
  std::memcpy(via.data(), &number, sizeof(number));
  via.insert(via.end(), address.begin(), address.end());
  writer.put_attribute(RTA_VIA, via);
}

void put_multipath(MessageWriter& writer, const Route& route) {
  ByteBuffer ways;
  for (const auto& hop : route.hops) {
    MessageWriter attributes;
    put_gateway(attributes, route.family, hop);
    rtnexthop header{};
    header.rtnh_len = static_cast<unsigned short>(sizeof(header) + attributes.bytes().size());
    header.rtnh_ifindex = static_cast<int>(hop.link);
    const auto bytes = std::as_bytes(std::span(&header, 1));
    ways.insert(ways.end(), bytes.begin(), bytes.end());
    ways.insert(ways.end(), attributes.bytes().begin(), attributes.bytes().end());
    ways.resize(align_hop(ways.size()));
  }
  writer.put_attribute(RTA_MULTIPATH, ways);
}

}  // namespace

ByteBuffer build_route_request(Family family) {
  rtmsg body{};
  body.rtm_family = family_number(family);
  body.rtm_table = static_cast<unsigned char>(main_table);
  MessageWriter writer;
  writer.begin(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, 0);
  writer.put_value(body);
  writer.end();
  return writer.take();
}

std::optional<Family> parse_route_request(ByteSpan request) {
  return parse_request_family(request, RTM_GETROUTE);
}

Result<bool> parse_route_datagram(ByteSpan datagram,
                                  const std::function<void(const Route&)>& visitor) {
  bool interrupted = false;
  WEIR_CHECK(for_each_message(datagram, [&](const Message& message) -> Status {
    interrupted = interrupted || message.interrupted();
    if (message.type != RTM_NEWROUTE) return {};
    const auto body = load<rtmsg>(message.payload);
    if (!body)
      return make_error(
          ErrorCode::malformed,
          "a route message of " + std::to_string(message.payload.size()) + " bytes is too short");
    if (const auto route = read_route(*body, message.payload.subspan(sizeof(rtmsg))))
      visitor(*route);
    return {};
  }));
  return interrupted;
}

void write_route(MessageWriter& writer, const Route& route) {
  rtmsg body{};
  body.rtm_family = family_number(route.family);
  body.rtm_dst_len = static_cast<unsigned char>(route.prefix);
  body.rtm_type = route.unicast ? RTN_UNICAST : RTN_LOCAL;
  const std::uint32_t table = route.main ? main_table : RT_TABLE_LOCAL;
  body.rtm_table = static_cast<unsigned char>(table);
  writer.begin(RTM_NEWROUTE, NLM_F_MULTI, 0);
  writer.put_value(body);
  if (route.prefix > 0)
    writer.put_attribute(
        RTA_DST, std::as_bytes(std::span(route.destination)).first(address_size(route.family)));
  writer.put_attribute(RTA_TABLE, std::as_bytes(std::span(&table, 1)));
  if (route.hops.size() == 1) {
    const auto& hop = route.hops.front();
    put_gateway(writer, route.family, hop);
    const auto link = static_cast<std::uint32_t>(hop.link);
    writer.put_attribute(RTA_OIF, std::as_bytes(std::span(&link, 1)));
  } else if (route.hops.size() > 1) {
    put_multipath(writer, route);
  }
  writer.end();
}

}  // namespace weir::wire
