#include "sense/qdiscs.h"

#include <algorithm>
#include <set>
#include <string>

#include "kernel/wire/qdisc.h"
#include "kernel/wire/rtnetlink.h"
#include "sense/dump.h"

namespace weir::sense {
namespace {

constexpr std::size_t max_qdiscs = 4096;  // kept
// includes those without a queue: each interface of a container host has one
constexpr std::int64_t max_read = 131'072;

}  // namespace

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
