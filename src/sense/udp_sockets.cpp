#include "sense/udp_sockets.h"

#include <algorithm>

#include "kernel/wire/udp_sockets.h"
#include "sense/socket_place.h"

namespace weir::sense {
namespace {

bool has_moved(const Counters& before, const Counters& now, const char* counter) {
  const auto earlier = before.snmp.find(counter);
  const auto later = now.snmp.find(counter);
  return earlier != before.snmp.end() && later != now.snmp.end() && later->second > earlier->second;
}

void read_family(FileReader& reader, Family family, const char* path,
                 std::vector<UdpSocket>& sockets) {
  wire::parse_udp_sockets(family, reader.read_or_empty(path), [&](const wire::UdpLine& line) {
    if (line.drops <= 0) return;
    const End end = make_end(family, line.address);
    sockets.push_back(
        {end.family, to_text(end), line.port, line.inode, line.drops, {line.receive_queue}});
  });
}

}  // namespace

std::vector<UdpSocket> read_udp_sockets(FileReader& reader, const Counters& before,
                                        const Counters& now) {
  std::vector<UdpSocket> sockets;
  if (!has_moved(before, now, "Udp.RcvbufErrors") && !has_moved(before, now, "Udp6.RcvbufErrors"))
    return sockets;
  read_family(reader, Family::ipv4, "/proc/net/udp", sockets);
  read_family(reader, Family::ipv6, "/proc/net/udp6", sockets);
  std::stable_sort(sockets.begin(), sockets.end(),
                   [](const UdpSocket& a, const UdpSocket& b) { return a.drops > b.drops; });
  sockets.resize(std::min(sockets.size(), max_udp_sockets));
  return sockets;
}

}  // namespace weir::sense
