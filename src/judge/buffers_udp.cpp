#include "judge/buffers_udp.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "base/number_text.h"
#include "base/share.h"
#include "judge/headroom.h"
#include "judge/socket_groups.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Local network traffic (mDNS, SSDP, DHCP) is a few packets a second. A program that does not read
/// its socket drops all of them.
constexpr double dropped_per_second_at_least = 20;
/// Share of the datagrams that found a socket. A resolver that loses a hundredth makes its clients
/// wait, and a log receiver lacks lines. weir's own thresholds.
constexpr double dropped_share = 0.01;
/// A socket is named if it has dropped half of them.
constexpr std::int64_t most_of_them = 2;

void add_datagram_counters(const Window& window, std::initializer_list<const char*> names,
                           Finding& finding) {
  for (const char* name : names) {
    const auto delta = counter_delta(window, name);
    if (!delta || *delta == 0) continue;
    Evidence evidence = moved("snmp", name, *delta, window);
    evidence.total = find_number(window.end().counters.snmp, name);
    evidence.since = counters_since(window.end());
    finding.evidence.push_back(std::move(evidence));
  }
}

/// The socket whose total since it was opened can account for the drops inside the window. Null if
/// no socket, or more than one, can.
const UdpSocket* find_dropping(const Window& window, std::int64_t dropped) {
  const UdpSocket* found = nullptr;
  for (const auto& socket : window.end().sockets.udp_sockets) {
    if (socket.drops < dropped / most_of_them) continue;
    if (found != nullptr) return nullptr;
    found = &socket;
  }
  return found;
}

void name_socket(const Window& window, const UdpSocket& socket, Finding& finding) {
  Resource& resource = finding.resource;
  resource = destination_resource(window, endpoint_name(socket.family, socket.address, socket.port),
                                  socket.port, socket.owners);
  resource.kind = "udp-socket";
  resource.inode = socket.inode;
  resource.identity = resource.name + " " + std::to_string(socket.inode);
  finding.evidence.push_back(
      counted("proc", "drops of UDP " + resource.name, socket.drops, "bind"));
  finding.evidence.push_back(stands_at("proc", "receive queue of UDP " + resource.name,
                                       std::to_string(socket.receive_queue.count) + " bytes"));
}

}  // namespace

std::vector<Finding> judge_udp(const Case& given) {
  // The kernel also counts each dropped datagram as an error. As delivered it counts only what a
  // program can read (udp_queue_rcv_one_skb(), net/ipv4/udp.c).
  const auto dropped = sum_deltas(given.window, {"Udp.RcvbufErrors", "Udp6.RcvbufErrors"});
  const auto rate = per_second(given.window, dropped);
  if (!rate || *rate < dropped_per_second_at_least) return {};
  const auto delivered =
      sum_deltas(given.window, {"Udp.InDatagrams", "Udp6.InDatagrams"}).value_or(0);
  const double share = share_beside(*dropped, delivered);
  if (share < dropped_share) return {};
  const UdpSocket* socket = find_dropping(given.window, *dropped);
  const std::string process =
      socket == nullptr || socket->owners.empty() ? "a program" : socket->owners.front().command;
  Finding finding = make_finding(ids::buffers_udp_receive_drops, "", Severity::warning,
                                 {{"dropped_per_second", decimal(*rate)},
                                  {"share_percent", percent(share)},
                                  {"process", process}});
  finding.resource.kind = "host";
  finding.resource.name = "UDP receive buffers";
  finding.resource.netns = given.window.end().provenance.place.netns;
  finding.lost_per_second = *rate;
  if (socket != nullptr) name_socket(given.window, *socket, finding);
  add_datagram_counters(given.window,
                        {"Udp.RcvbufErrors", "Udp6.RcvbufErrors", "Udp.InDatagrams",
                         "Udp6.InDatagrams", "Udp.MemErrors"},
                        finding);
  add_settings(given.window, finding,
               {"net.core.rmem_default", "net.core.rmem_max", "net.ipv4.udp_mem"});
  return {std::move(finding)};
}

}  // namespace weir::judge
