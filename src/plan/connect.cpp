#include <algorithm>
#include <set>
#include <string>

#include "base/number_text.h"
#include "base/tcp_times.h"
#include "base/text.h"
#include "judge/setting.h"
#include "judge/window.h"
#include "model/port_reuse.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

constexpr const char* range_name = "net.ipv4.ip_local_port_range";
constexpr const char* reserved_name = "net.ipv4.ip_local_reserved_ports";
/// Most services use lower ports. From here on IANA's list has few entries, and the kernel's own
/// range begins at 32768. weir's own number. It is even and the last port is odd, as the kernel
/// prefers (knowledge/parameters.toml).
constexpr std::int64_t first_port = 10240;
constexpr std::int64_t last_port = 65535;

/// Ports on which this host listens. If an outgoing connection takes such a port as its local port,
/// a restarted server cannot bind the port.
std::set<std::int64_t> listening_ports(const Sockets& sockets, std::int64_t low,
                                       std::int64_t high) {
  std::set<std::int64_t> ports;
  for (const auto& listener : sockets.listeners)
    if (listener.port >= low && listener.port <= high) ports.insert(listener.port);
  return ports;
}

/// The value with these ports added, as the kernel prints it: ascending, adjacent ports as a range.
std::string reserve(const std::string& present, const std::set<std::int64_t>& ports) {
  std::set<std::int64_t> all = ports;
  for (const auto part : split(present, ',')) {
    const auto ends = split(trim(part), '-');
    const auto low = parse_integer(ends.front());
    const auto high = parse_integer(ends.back());
    if (ends.size() > 2 || !low || !high || *low < 0 || *high > last_port) continue;
    for (std::int64_t port = *low; port <= *high; ++port) all.insert(port);
  }
  std::string text;
  for (auto port = all.begin(); port != all.end();) {
    const std::int64_t low = *port;
    std::int64_t high = low;
    while (++port != all.end() && *port == high + 1) ++high;
    text += (text.empty() ? "" : ",") + std::to_string(low) +
            (high > low ? "-" + std::to_string(high) : "");
  }
  return text;
}

/// Whether TIME_WAIT holds at least half of the ports that are used up.
bool is_held_by_time_wait(const Situation& situation) {
  const auto& uses = situation.now().sockets.port_uses;
  return std::any_of(uses.begin(), uses.end(), [](const PortUse& use) {
    return use.used > 0 && use.time_wait >= use.used / 2;
  });
}

}  // namespace

void propose_port_range(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const auto low = find_setting(situation.now().settings, range_name, 0);
  const auto high = find_setting(situation.now().settings, range_name, 1);
  if (!low || !high) {
    proposal.notes.push_back(std::string(range_name) +
                             ": no step, because weir could not read it here");
    return;
  }
  if (*low < 1 || *high > last_port || *low > *high) {
    decline(situation, finding,
            std::string(range_name) + " reads " + std::to_string(*low) + " " +
                std::to_string(*high) + ", which is not a valid range",
            proposal);
    return;
  }
  const std::int64_t first = std::min(
      *low, std::max(first_port,
                     find_setting(situation.now().settings, "net.ipv4.ip_unprivileged_port_start")
                         .value_or(0)));
  const std::int64_t last = last_port;
  if (first == *low && last == *high) {
    decline(
        situation, finding,
        "the range of local ports is already at its widest; use keep-alive towards the destination, or add an address at either end",
        proposal);
    return;
  }
  const auto reserved = situation.now().settings.sysctls.find(reserved_name);
  const std::string present =
      reserved == situation.now().settings.sysctls.end() ? "" : reserved->second;
  const auto listening = listening_ports(situation.now().sockets, first, last);
  if (!listening.empty()) {
    propose(
        situation, finding,
        {reserved_name,
         reserve(present, listening),
         "servers listen on ports inside the range of local ports: an outgoing connection on such a port keeps the server from restarting",
         "the ports from " + std::to_string(first) + " to " + std::to_string(last) +
             " on which this host listens, and the ports that are already reserved",
         {}},
        proposal);
  }
  propose(
      situation, finding,
      {range_name, std::to_string(first) + " " + std::to_string(last),
       "every connection to one destination needs a local port of its own",
       std::to_string(*high - *low + 1) + " ports become " + std::to_string(last - first + 1) +
           " for each pair of addresses and destination port",
       "a server that starts later on a port of the range may find the port taken; net.ipv4.ip_local_reserved_ports keeps such ports free"},
      proposal);
}

std::string describe_port_reuse(const Catalog& catalog, Nanoseconds reuse_delay) {
  constexpr int digits = 3;
  std::string text = "a port is free again after " + decimal(to_seconds(reuse_delay), digits) +
                     " s instead of " + decimal(to_seconds(time_wait_length)) + " s";
  const Parameter* delay = catalog.find_parameter("net.ipv4.tcp_tw_reuse_delay");
  if (delay != nullptr && delay->since)
    text += " (" + delay->name + " since Linux " + judge::version_text(*delay->since) + ")";
  return text;
}

void cure_ports(const Situation& situation, const Finding& finding, Proposal& proposal) {
  propose_port_range(situation, finding, proposal);
  if (!is_held_by_time_wait(situation) ||
      find_setting(situation.now().settings, "net.ipv4.tcp_timestamps").value_or(1) == 0)
    return;
  propose(
      situation, finding,
      {"net.ipv4.tcp_tw_reuse",
       "1",
       "most local ports wait in TIME_WAIT; with timestamps at both ends a new connection may reuse such a port",
       describe_port_reuse(situation.catalog, find_reuse_delay(situation.now().settings.sysctls)),
       {}},
      proposal);
}

}  // namespace weir::plan
