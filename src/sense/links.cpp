#include "sense/links.h"

#include <algorithm>

#include "kernel/wire/interface_address.h"
#include "kernel/wire/rtnetlink.h"
#include "sense/dump.h"
#include "sense/socket_place.h"

namespace weir::sense {
namespace {

constexpr std::size_t max_links = 16384;
constexpr std::size_t max_addresses = 65'536;
/// For finding a connection's interface. Servers with more addresses on one interface have them for
/// the same purpose.
constexpr std::size_t max_addresses_kept = 64;

void read_addresses(kernel::Netlink& netlink, std::vector<Link>& links,
                    std::vector<NotSeen>& not_seen) {
  std::size_t count = 0;
  const auto whole = dump_until(
      netlink, wire::protocol_route, wire::build_address_request(),
      [&] {
        count = 0;
        for (auto& link : links) link.addresses.clear();
      },
      [&](wire::ByteSpan datagram) {
        return wire::parse_address_datagram(datagram, [&](const wire::InterfaceAddress& address) {
          ++count;
          auto* link = find_link(links, address.link);
          if (link == nullptr) return;
          if (link->addresses.size() < max_addresses_kept)
            link->addresses.push_back(to_text(make_end(address.family, address.address)));
          link->addressed =
              link->addressed || !wire::is_link_local(address.family, address.address);
        });
      },
      [&] { return count >= max_addresses; });
  if (!whole.ok()) {
    not_seen.push_back(
        {Subject::addresses, "addresses of the network interfaces", whole.error().message});
  } else if (!*whole) {
    not_seen.push_back({Subject::addresses, "more addresses of the network interfaces",
                        "weir reads at most " + std::to_string(max_addresses)});
  }
}

}  // namespace

bool is_hardware(const Link& link) { return link.kind.empty() && !link.loopback; }

const Link* find_previous(const std::vector<Link>* previous, const Link& link) {
  if (previous == nullptr) return nullptr;
  const auto found = std::find_if(previous->begin(), previous->end(), [&](const Link& other) {
    return other.index == link.index && other.name == link.name;
  });
  return found == previous->end() ? nullptr : &*found;
}

Link* find_link(std::vector<Link>& links, std::int64_t index) {
  const auto found =
      std::lower_bound(links.begin(), links.end(), index,
                       [](const Link& link, std::int64_t wanted) { return link.index < wanted; });
  return found != links.end() && found->index == index ? &*found : nullptr;
}

std::vector<Link> read_links(kernel::Netlink& netlink, std::vector<NotSeen>& not_seen) {
  std::vector<Link> links;
  const auto request = wire::build_link_request();
  const auto status = dump_whole(
      netlink, wire::protocol_route, request, [&] { links.clear(); },
      [&](wire::ByteSpan datagram) {
        return wire::parse_link_datagram(datagram, [&](Link link) {
          if (links.size() < max_links) links.push_back(std::move(link));
        });
      });
  if (!status.ok())
    not_seen.push_back({Subject::links, "network interfaces", status.error().message});
  std::sort(links.begin(), links.end(),
            [](const Link& a, const Link& b) { return a.index < b.index; });
  if (!links.empty()) read_addresses(netlink, links, not_seen);
  return links;
}

}  // namespace weir::sense
