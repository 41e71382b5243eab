#include "kernel/wire/rtnetlink.h"

#include <array>
#include <string>

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "base/text.h"

namespace weir::wire {
namespace {

static_assert(protocol_route == NETLINK_ROUTE);

constexpr std::size_t max_text = 64;  // IFNAMSIZ is 16; a kind is a module's name

/// The bytes before the first zero, escaped.
std::string read_text(ByteSpan payload) {
  const std::string_view bytes(reinterpret_cast<const char*>(payload.data()), std::min(payload.size(), max_text));
  return escape_bytes(bytes.substr(0, bytes.find('\0')));
}

std::int64_t counter(std::uint64_t value) { return static_cast<std::int64_t>(value & 0x7FFF'FFFF'FFFF'FFFFU); }

void read_stats(ByteSpan payload, Link& link) {
  // Later kernels append fields, older ones lack the last of them: what is there is read, the rest stays 0.
  std::array<std::byte, sizeof(rtnl_link_stats64)> padded{};
  std::memcpy(padded.data(), payload.data(), std::min(padded.size(), payload.size()));
  const auto stats = load<rtnl_link_stats64>(padded).value_or(rtnl_link_stats64{});
  link.rx_bytes = counter(stats.rx_bytes);
  link.tx_bytes = counter(stats.tx_bytes);
  link.rx_packets = counter(stats.rx_packets);
  link.tx_packets = counter(stats.tx_packets);
  link.rx_errors = counter(stats.rx_errors);
  link.tx_errors = counter(stats.tx_errors);
  link.rx_dropped = counter(stats.rx_dropped);
  link.tx_dropped = counter(stats.tx_dropped);
  link.rx_missed_errors = counter(stats.rx_missed_errors);
}

void read_attribute(const Attribute& attribute, Link& link) {
  switch (attribute.type) {
    case IFLA_IFNAME: link.name = read_text(attribute.payload); break;
    case IFLA_MTU: link.mtu = load<std::uint32_t>(attribute.payload).value_or(0); break;
    case IFLA_STATS64:
      if (!attribute.payload.empty()) read_stats(attribute.payload, link);
      break;
    case IFLA_LINKINFO:
      for_each_attribute(attribute.payload, [&](const Attribute& inner) {
        if (inner.type == IFLA_INFO_KIND) link.kind = read_text(inner.payload);
      });
      break;
    default: break;
  }
}

rtnl_link_stats64 to_stats(const Link& link) {
  rtnl_link_stats64 stats{};
  stats.rx_bytes = static_cast<std::uint64_t>(link.rx_bytes);
  stats.tx_bytes = static_cast<std::uint64_t>(link.tx_bytes);
  stats.rx_packets = static_cast<std::uint64_t>(link.rx_packets);
  stats.tx_packets = static_cast<std::uint64_t>(link.tx_packets);
  stats.rx_errors = static_cast<std::uint64_t>(link.rx_errors);
  stats.tx_errors = static_cast<std::uint64_t>(link.tx_errors);
  stats.rx_dropped = static_cast<std::uint64_t>(link.rx_dropped);
  stats.tx_dropped = static_cast<std::uint64_t>(link.tx_dropped);
  stats.rx_missed_errors = static_cast<std::uint64_t>(link.rx_missed_errors);
  return stats;
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
    if (!body) return make_error(ErrorCode::malformed, "a link's message of " + std::to_string(message.payload.size()) + " bytes is too short");
    Link link;
    link.index = body->ifi_index;
    link.up = (body->ifi_flags & IFF_UP) != 0;
    link.carrier = (body->ifi_flags & IFF_LOWER_UP) != 0;
    link.loopback = (body->ifi_flags & IFF_LOOPBACK) != 0;
    for_each_attribute(message.payload.subspan(sizeof(ifinfomsg)), [&](const Attribute& attribute) { read_attribute(attribute, link); });
    visitor(std::move(link));
    return {};
  }));
  return interrupted;
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
  const auto mtu = static_cast<std::uint32_t>(link.mtu);
  writer.put_attribute(IFLA_MTU, std::as_bytes(std::span(&mtu, 1)));
  const auto stats = to_stats(link);
  writer.put_attribute(IFLA_STATS64, std::as_bytes(std::span(&stats, 1)));
  if (!link.kind.empty()) {
    const auto nest = writer.begin_nest(IFLA_LINKINFO);
    writer.put_text_attribute(IFLA_INFO_KIND, link.kind);
    writer.end_nest(nest);
  }
  writer.end();
}

}  // namespace weir::wire
