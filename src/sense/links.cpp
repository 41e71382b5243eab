#include "sense/links.h"

#include <algorithm>
#include <set>
#include <string>

#include "kernel/wire/qdisc.h"
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

constexpr std::size_t max_qdiscs =
    4096;  // kept
           // includes those without a queue: each interface of a container host has one
constexpr std::int64_t max_read = 131'072;

}  // namespace

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

std::vector<Qdisc> read_qdiscs(kernel::Netlink& netlink, const std::vector<Link>& links,
                               std::vector<NotSeen>& not_seen) {
  std::set<std::int64_t> loopbacks;
  for (const auto& link : links) {
    if (link.loopback) loopbacks.insert(link.index);
  }
  std::vector<Qdisc> qdiscs;
  std::int64_t count = 0;
  std::int64_t dropped = 0;
  const auto whole = dump_until(
      netlink, wire::protocol_route, wire::build_qdisc_request(),
      [&] {
        qdiscs.clear();
        count = dropped = 0;
      },
      [&](wire::ByteSpan datagram) {
        return wire::parse_qdisc_datagram(datagram, [&](Qdisc qdisc) {
          ++count;
          const bool queues = qdisc.kind != "noqueue" && loopbacks.count(qdisc.link) == 0;
          if (!queues && qdisc.drops == 0) return;
          if (qdiscs.size() < max_qdiscs) {
            qdiscs.push_back(std::move(qdisc));
          } else {
            ++dropped;
          }
        });
      },
      [&] { return count >= max_read; });
  std::stable_sort(qdiscs.begin(), qdiscs.end(),
                   [](const Qdisc& a, const Qdisc& b) { return a.link < b.link; });
  if (!whole.ok()) {
    // A kernel without traffic control has no queueing disciplines to report.
    if (whole.error().code != ErrorCode::unsupported)
      not_seen.push_back({Subject::qdiscs, "queueing disciplines", whole.error().message});
  } else if (dropped > 0 || !*whole) {
    not_seen.push_back({Subject::qdiscs, "further queueing disciplines",
                        "weir keeps at most " + std::to_string(max_qdiscs)});
  }
  return qdiscs;
}

}  // namespace weir::sense
