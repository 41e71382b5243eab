#include <algorithm>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "judge/headroom.h"
#include "judge/host_softirq.h"
#include "judge/ports.h"
#include "judge/socket_groups.h"

namespace weir::judge {

namespace {

ResourceUse table(std::string name, std::string unit, std::optional<std::int64_t> used,
                  std::optional<std::int64_t> capacity, std::optional<std::int64_t> errors) {
  ResourceUse use;
  use.kind = "table";
  use.name = std::move(name);
  use.unit = std::move(unit);
  use.used = used;
  use.capacity = capacity;
  use.errors = errors;
  return use;
}

ResourceUse state_count(const Window& window, const std::string& state,
                        std::optional<std::int64_t> errors = std::nullopt) {
  return table(state, "sockets", find_number(window.end().sockets.states, state), std::nullopt,
               errors);
}

std::optional<std::int64_t> established(const Snapshot& snapshot) {
  // CurrEstab counts ESTABLISHED and CLOSE_WAIT (RFC 4022 tcpCurrEstab; tcp_set_state(),
  // net/ipv4/tcp.c).
  const auto both = find_number(snapshot.counters.snmp, "Tcp.CurrEstab");
  const auto close_wait = find_number(snapshot.sockets.states, "CLOSE_WAIT");
  if (!both) return std::nullopt;
  return std::max<std::int64_t>(saturated_difference(*both, close_wait.value_or(0)), 0);
}

ResourceUse softnet_headroom(const Window& window, const std::vector<SoftnetMove>& moves) {
  std::optional<std::int64_t> processed;
  std::optional<std::int64_t> dropped;
  for (const auto& move : moves) {
    processed = saturated_sum(processed.value_or(0), move.processed);
    dropped = saturated_sum(dropped.value_or(0), move.dropped);
  }
  const auto rate = per_second(window, processed);
  ResourceUse use = table("softirq", "packets/s",
                          rate ? std::optional<std::int64_t>(rounded(*rate)) : std::nullopt,
                          std::nullopt, dropped);
  use.kind = "host";
  return use;
}

/// The CPU that spends most of its time in softirq. One full CPU limits the host although the mean
/// is low.
std::optional<ResourceUse> busiest_cpu_headroom(const std::vector<SoftnetMove>& moves) {
  const auto busiest = std::max_element(
      moves.begin(), moves.end(),
      [](const SoftnetMove& a, const SoftnetMove& b) { return a.softirq_share < b.softirq_share; });
  if (busiest == moves.end() || !busiest->softirq_share) return std::nullopt;
  ResourceUse use = table("softirq on CPU " + std::to_string(busiest->cpu->cpu), "percent",
                          rounded(100 * *busiest->softirq_share), 100, busiest->dropped);
  use.kind = "host";
  return use;
}

ResourceUse cpu_headroom(const Window& window) {
  std::optional<std::int64_t> used;
  if (window.start() != nullptr) {
    const auto busy =
        difference(window.start()->host.cpu_busy.count, window.end().host.cpu_busy.count);
    const auto total =
        difference(window.start()->host.cpu_total.count, window.end().host.cpu_total.count);
    if (busy && total && *total > 0)
      used = rounded(100.0 * static_cast<double>(*busy) / static_cast<double>(*total));
  }
  ResourceUse use = table("CPU", "percent", used, 100, std::nullopt);
  use.kind = "host";
  return use;
}

ResourceUse process_files(const Process& process) {
  ResourceUse use = table(process_name(process.pid, process.command), "files", process.files,
                          process.file_limit, std::nullopt);
  use.kind = "process";
  return use;
}

}  // namespace

std::vector<ResourceUse> idle_headroom(const Window& window) {
  return {table("ESTABLISHED", "sockets", established(window.end()), std::nullopt, std::nullopt)};
}

std::vector<ResourceUse> close_headroom(const Window& window) {
  // A namespace other than the first one has no tcp_max_orphans. It gets no capacity here, because
  // the limit is the host's.
  std::vector<ResourceUse> uses{
      table("orphans", "sockets", find_number(window.end().counters.sockstat, "TCP.orphan"),
            find_setting(window.end().settings, "net.ipv4.tcp_max_orphans"),
            counter_delta(window, "TcpExt.TCPAbortOnMemory"))};
  for (const char* state : {"CLOSE_WAIT", "LAST_ACK", "FIN_WAIT1", "FIN_WAIT2", "CLOSING"})
    uses.push_back(state_count(window, state));
  return uses;
}

std::vector<ResourceUse> time_wait_headroom(const Window& window) {
  return {table("TIME_WAIT", "sockets", find_number(window.end().counters.sockstat, "TCP.tw"),
                find_setting(window.end().settings, "net.ipv4.tcp_max_tw_buckets"),
                counter_delta(window, "TcpExt.TCPTimeWaitOverflow"))};
}

std::vector<ResourceUse> connect_headroom(const Window& window) {
  ResourceUse ports = table("local ports to one destination", "ports", std::nullopt,
                            count_usable_ports(window.end().settings), std::nullopt);
  // No counter holds the ports in use: there is one number for each pair of addresses. The pair
  // with the fewest free ports is shown.
  const auto views = compute_port_views(window.end().sockets, window.end().settings);
  if (!views.empty()) {
    const PortUse& use = *views.front().use;
    ports.name = "local ports, " + use.source + " to " +
                 endpoint_name(use.family, use.destination, use.port);
    ports.used = views.front().taken;
  }
  // The counter of SYNs that were sent again also counts SYN-ACKs. So the sockets that wait are
  // counted.
  std::optional<std::int64_t> unanswered;
  for (const SocketGroup* group : find_groups(window, "SYN_SENT")) {
    unanswered =
        saturated_sum(unanswered.value_or(0), std::max<std::int64_t>(group->retransmitting, 0));
  }
  return {std::move(ports), state_count(window, "SYN_SENT", unanswered)};
}

std::vector<ResourceUse> host_headroom(const Window& window,
                                       const std::vector<const Process*>& processes) {
  const auto moves = compute_softnet_moves(window);
  std::vector<ResourceUse> uses{cpu_headroom(window), softnet_headroom(window, moves)};
  if (auto busiest = busiest_cpu_headroom(moves)) uses.push_back(*std::move(busiest));
  uses.push_back(table("files", "files",
                       find_number(window.end().counters.tables, "files.allocated"),
                       find_number(window.end().counters.tables, "files.max"), std::nullopt));
  const auto tracked = find_number(window.end().counters.tables, "conntrack.count");
  if (tracked)
    uses.push_back(table("conntrack", "connections", tracked,
                         find_number(window.end().counters.tables, "conntrack.max"),
                         table_delta(window, "conntrack.drop")));
  for (const Process* process : processes) uses.push_back(process_files(*process));
  return uses;
}

}  // namespace weir::judge
