#include "kernel/wire/rtnetlink.h"

#include <array>
#include <string>

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "base/text.h"
#include "kernel/wire/address.h"
#include "kernel/wire/counters.h"

namespace weir::wire {
namespace {

static_assert(protocol_route == NETLINK_ROUTE);

/// The fields of rtnl_link_stats64 in their order (include/uapi/linux/if_link.h, 6.18;
/// rx_otherhost_dropped since 5.19). Fields with a member of their own are left empty here. Later
/// kernels append fields; older kernels lack the last of them.
constexpr std::array<const char*, 25> statistic_names{"",
                                                      "",
                                                      "",
                                                      "",
                                                      "",
                                                      "",
                                                      "",
                                                      "",
                                                      "multicast",
                                                      "collisions",
                                                      "rx_length_errors",
                                                      "rx_over_errors",
                                                      "rx_crc_errors",
                                                      "rx_frame_errors",
                                                      "rx_fifo_errors",
                                                      "",
                                                      "tx_aborted_errors",
                                                      "tx_carrier_errors",
                                                      "tx_fifo_errors",
                                                      "tx_heartbeat_errors",
                                                      "tx_window_errors",
                                                      "rx_compressed",
                                                      "tx_compressed",
                                                      "rx_nohandler",
                                                      "rx_otherhost_dropped"};
constexpr std::array<std::int64_t Link::*, statistic_names.size()> statistic_members{
    &Link::rx_packets, &Link::tx_packets, &Link::rx_bytes,   &Link::tx_bytes,
    &Link::rx_errors,  &Link::tx_errors,  &Link::rx_dropped, &Link::tx_dropped,
    nullptr,           nullptr,           nullptr,           nullptr,
    nullptr,           nullptr,           nullptr,           &Link::rx_missed_errors};
static_assert(offsetof(rtnl_link_stats64, rx_missed_errors) == 15 * sizeof(std::uint64_t) &&
              offsetof(rtnl_link_stats64, rx_nohandler) == 23 * sizeof(std::uint64_t));

void read_stats(ByteSpan payload, Link& link) {
  for (std::size_t i = 0; i < statistic_names.size() && payload.size() >= sizeof(std::uint64_t);
       ++i) {
    const std::int64_t value = to_counter(load<std::uint64_t>(payload).value_or(0));
    payload = payload.subspan(sizeof(std::uint64_t));
    if (statistic_members[i] != nullptr) {
      link.*statistic_members[i] = value;
    } else if (value != 0) {
      link.statistics[statistic_names[i]] = value;
    }
  }
}

void read_interface_attribute(const Attribute& attribute, Link& link) {
  switch (attribute.type) {
    case IFLA_IFNAME: link.name = load_text(attribute.payload); break;
    case IFLA_MTU: link.mtu = load<std::uint32_t>(attribute.payload).value_or(0); break;
    case IFLA_STATS64: read_stats(attribute.payload, link); break;
    case IFLA_MASTER: link.master = load<std::uint32_t>(attribute.payload).value_or(0); break;
    case IFLA_ADDRESS: link.address = format_link_address(attribute.payload); break;
    case IFLA_PERM_ADDRESS: link.permanent_address = format_link_address(attribute.payload); break;
    case IFLA_TXQLEN:
      if (const auto length = load<std::uint32_t>(attribute.payload))
        link.transmit_length = *length;
      break;
    case IFLA_CARRIER_CHANGES:
      if (const auto changes = load<std::uint32_t>(attribute.payload))
        link.carrier_changes = *changes;
      break;
    case IFLA_LINKINFO:
      for_each_attribute(attribute.payload, [&](const Attribute& inner) {
        if (inner.type == IFLA_INFO_KIND) link.kind = load_text(inner.payload);
      });
      break;
    default: break;
  }
}

std::array<std::uint64_t, statistic_names.size()> to_stats(const Link& link) {
  std::array<std::uint64_t, statistic_names.size()> stats{};
  for (std::size_t i = 0; i < stats.size(); ++i) {
    if (statistic_members[i] != nullptr) {
      stats[i] = static_cast<std::uint64_t>(link.*statistic_members[i]);
    } else if (const auto known = link.statistics.find(statistic_names[i]);
               known != link.statistics.end()) {
      stats[i] = static_cast<std::uint64_t>(known->second);
    }
  }
  return stats;
}

void put_number(MessageWriter& writer, std::uint16_t type, std::int64_t number) {
  const auto value = static_cast<std::uint32_t>(number);
  writer.put_attribute(type, std::as_bytes(std::span(&value, 1)));
}

}  // namespace

ByteBuffer build_link_request() {
  MessageWriter writer;
  writer.begin(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 0);
  writer.put_value(ifinfomsg{});
  writer.end();
  return writer.take();
}

Result<bool> parse_link_datagram(ByteSpan datagram, const std::function<void(Link)>& visitor) {
  bool interrupted = false;
  WEIR_CHECK(for_each_message(datagram, [&](const Message& message) -> Status {
    interrupted = interrupted || message.interrupted();
    if (message.type != RTM_NEWLINK) return {};
    const auto body = load<ifinfomsg>(message.payload);
    if (!body)
      return make_error(
          ErrorCode::malformed,
          "a link message of " + std::to_string(message.payload.size()) + " bytes is too short");
    Link link;
    link.index = body->ifi_index;
    link.up = (body->ifi_flags & IFF_UP) != 0;
    link.carrier = (body->ifi_flags & IFF_LOWER_UP) != 0;
    link.loopback = (body->ifi_flags & IFF_LOOPBACK) != 0;
    for_each_attribute(message.payload.subspan(sizeof(ifinfomsg)), [&](const Attribute& attribute) {
      read_interface_attribute(attribute, link);
    });
    visitor(std::move(link));
    return {};
  }));
  return interrupted;
}

ByteBuffer build_transmit_length_change(std::int64_t index, std::uint32_t length) {
  ifinfomsg body{};
  body.ifi_index = static_cast<int>(index);
  MessageWriter writer;
  writer.begin(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 0);
  writer.put_value(body);
  put_number(writer, IFLA_TXQLEN, length);
  writer.end();
  return writer.take();
}

std::optional<TransmitLengthChange> parse_transmit_length_change(ByteSpan payload) {
  const auto body = load<ifinfomsg>(payload);
  if (!body) return std::nullopt;
  std::optional<TransmitLengthChange> change;
  for_each_attribute(payload.subspan(sizeof(ifinfomsg)), [&](const Attribute& attribute) {
    const auto length = load<std::uint32_t>(attribute.payload);
    if (attribute.type == IFLA_TXQLEN && length)
      change = TransmitLengthChange{body->ifi_index, *length};
  });
  return change;
}

void write_link(MessageWriter& writer, const Link& link) {
  ifinfomsg body{};
  body.ifi_index = static_cast<int>(link.index);
  if (link.up) body.ifi_flags |= IFF_UP;
  if (link.carrier) body.ifi_flags |= IFF_LOWER_UP;
  if (link.loopback) body.ifi_flags |= IFF_LOOPBACK;
  writer.begin(RTM_NEWLINK, NLM_F_MULTI, 0);
  writer.put_value(body);
  writer.put_text_attribute(IFLA_IFNAME, link.name);
  put_number(writer, IFLA_MTU, link.mtu);
  if (link.master != 0) put_number(writer, IFLA_MASTER, link.master);
  if (!link.address.empty()) writer.put_attribute(IFLA_ADDRESS, parse_link_address(link.address));
  if (!link.permanent_address.empty())
    writer.put_attribute(IFLA_PERM_ADDRESS, parse_link_address(link.permanent_address));
  if (link.transmit_length) put_number(writer, IFLA_TXQLEN, *link.transmit_length);
  if (link.carrier_changes) put_number(writer, IFLA_CARRIER_CHANGES, *link.carrier_changes);
  const auto stats = to_stats(link);
  writer.put_attribute(IFLA_STATS64, std::as_bytes(std::span(stats)));
  if (!link.kind.empty()) {
    const auto nest = writer.begin_nest(IFLA_LINKINFO);
    writer.put_text_attribute(IFLA_INFO_KIND, link.kind);
    writer.end_nest(nest);
  }
  writer.end();
}

bool is_link_local(Family family, const RawAddress& address) {
  constexpr unsigned ten_bits = 0xC0;
  if (family == Family::ipv6) return address[0] == 0xFE && (address[1] & ten_bits) == 0x80;
  return address[0] == 169 && address[1] == 254;
}

ByteBuffer build_address_request() {
  MessageWriter writer;
  writer.begin(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, 0);
  writer.put_value(ifaddrmsg{});
  writer.end();
  return writer.take();
}

Result<bool> parse_address_datagram(ByteSpan datagram,
                                    const std::function<void(const InterfaceAddress&)>& visitor) {
  bool interrupted = false;
  WEIR_CHECK(for_each_message(datagram, [&](const Message& message) -> Status {
    interrupted = interrupted || message.interrupted();
    if (message.type != RTM_NEWADDR) return {};
    const auto body = load<ifaddrmsg>(message.payload);
    if (!body)
      return make_error(ErrorCode::malformed, "an address message of " +
                                                  std::to_string(message.payload.size()) +
                                                  " bytes is too short");
    const auto family = family_of(body->ifa_family);
    if (!family) return {};
    InterfaceAddress address{*family, body->ifa_index, {}};
    bool local = false;  // IFA_ADDRESS is the peer's where there is an IFA_LOCAL (linux/if_addr.h)
    for_each_attribute(message.payload.subspan(sizeof(ifaddrmsg)), [&](const Attribute& attribute) {
      if (attribute.payload.size() != address_size(*family)) return;
      if (attribute.type == IFA_LOCAL || (attribute.type == IFA_ADDRESS && !local))
        address.address = load_address(attribute.payload);
      local = local || attribute.type == IFA_LOCAL;
    });
    visitor(address);
    return {};
  }));
  return interrupted;
}

void write_interface_address(MessageWriter& writer, const InterfaceAddress& address) {
  ifaddrmsg body{};
  body.ifa_family = family_number(address.family);
  body.ifa_index = static_cast<std::uint32_t>(address.link);
  writer.begin(RTM_NEWADDR, NLM_F_MULTI, 0);
  writer.put_value(body);
  writer.put_attribute(
      address.family == Family::ipv4 ? IFA_LOCAL : IFA_ADDRESS,
      std::as_bytes(std::span(address.address)).first(address_size(address.family)));
  writer.end();
}

}  // namespace weir::wire
