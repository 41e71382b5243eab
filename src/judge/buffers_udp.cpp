#include "judge/buffers_udp.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "base/decimal.h"
#include "base/share.h"
#include "judge/headroom.h"
#include "judge/socket_groups.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Chatter of a local network (mDNS, SSDP, DHCP) comes to some packets a second, and a program that
/// has forgotten its socket drops all of them.
constexpr double dropped_per_second_at_least = 20;
/// Of the datagrams that found a socket. A resolver or a log receiver that loses a hundredth makes
/// its clients wait, or lacks lines. weir's own marks.
constexpr double dropped_share = 0.01;
/// A socket that has dropped half of them.
constexpr std::int64_t most_of_them = 2;

void add_datagram_counters(const Window& window, std::initializer_list<const char*> names,
                           Finding& finding) {
  for (const char* name : names) {
    const auto delta = counter_delta(window, name);
    if (!delta || *delta == 0) continue;
    Evidence evidence = moved("snmp", name, *delta, window);
    evidence.total = find_number(window.end().counters, name);
    evidence.since = counters_since(window.end());
    finding.evidence.push_back(std::move(evidence));
  }
}

/// The socket whose drops make up the window's, as far as its total since it was opened can say so;
/// null where none or several may have been it.
const UdpSocket* find_dropping(const Window& window, std::int64_t dropped) {
  const UdpSocket* found = nullptr;
  for (const auto& socket : window.end().udp_sockets) {
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
  // The kernel counts each of them as an error as well, and as delivered only what a program can
  // read (udp_queue_rcv_one_skb(), net/ipv4/udp.c).
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
