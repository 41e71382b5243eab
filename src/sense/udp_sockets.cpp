#include "sense/udp_sockets.h"

#include <algorithm>

#include "kernel/wire/udp_sockets.h"
#include "sense/socket_place.h"

namespace weir::sense {
namespace {

bool has_moved(const Snapshot& before, const Snapshot& now, const char* counter) {
  const auto earlier = before.counters.find(counter);
  const auto later = now.counters.find(counter);
  return earlier != before.counters.end() && later != now.counters.end() &&
         later->second > earlier->second;
}

void read_family(FileReader& reader, Family family, const char* path, Snapshot& snapshot) {
  wire::parse_udp_sockets(family, reader.read_or_empty(path), [&](const wire::UdpLine& line) {
    if (line.drops <= 0) return;
    const End end = make_end(family, line.address);
    snapshot.udp_sockets.push_back(
        {end.family, to_text(end), line.port, line.inode, line.drops, {line.receive_queue}});
  });
}

}  // namespace

void read_udp_sockets(FileReader& reader, const Snapshot& before, Snapshot& snapshot) {
  if (!has_moved(before, snapshot, "Udp.RcvbufErrors") &&
      !has_moved(before, snapshot, "Udp6.RcvbufErrors"))
    return;
  read_family(reader, Family::ipv4, "/proc/net/udp", snapshot);
  read_family(reader, Family::ipv6, "/proc/net/udp6", snapshot);
  auto& sockets = snapshot.udp_sockets;
  std::stable_sort(sockets.begin(), sockets.end(),
                   [](const UdpSocket& a, const UdpSocket& b) { return a.drops > b.drops; });
  sockets.resize(std::min(sockets.size(), max_udp_sockets));
}

}  // namespace weir::sense
