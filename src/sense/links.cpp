#include "sense/links.h"

#include <algorithm>

#include "base/text.h"
#include "kernel/wire/rtnetlink.h"
#include "sense/dump.h"

namespace weir::sense {
namespace {

constexpr std::size_t max_links = 16384;

/// The speed as sysfs tells it, for hardware only: what a virtual interface says there is made up.
std::optional<std::int64_t> read_speed(FileReader& reader, const Link& link) {
  if (!link.kind.empty() || link.loopback) return std::nullopt;
  const auto speed = parse_integer(trim(reader.read_or_empty("/sys/class/net/" + link.name + "/speed")));
  return speed && *speed > 0 ? speed : std::nullopt;
}

}  // namespace

std::vector<Link> read_links(kernel::Netlink& netlink, FileReader& reader, std::vector<NotSeen>& not_seen) {
  std::vector<Link> links;
  const auto request = wire::build_link_request();
  const auto status = dump_whole(
      netlink, wire::protocol_route, request, [&] { links.clear(); },
      [&](wire::ByteSpan datagram) {
        return wire::parse_link_datagram(datagram, [&](Link link) {
          if (links.size() < max_links) links.push_back(std::move(link));
        });
      });
  if (!status.ok()) not_seen.push_back({"network interfaces", status.error().message, {"link.carrier-lost", "link.saturated", "link.rx-drops", "link.errors"}});
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.index < b.index; });
  for (auto& link : links) link.speed_mbit = read_speed(reader, link);
  return links;
}

}  // namespace weir::sense
