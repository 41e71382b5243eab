#include "sense/snapshot.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "sense/configuration.h"
#include "sense/counters.h"
#include "sense/host.h"
#include "sense/links.h"
#include "sense/owners.h"
#include "sense/processes.h"
#include "sense/sockets.h"
#include "sense/sysctls.h"

namespace weir::sense {
namespace {

/// A parameter that only the initial network namespace has (net/core/sysctl_net_core.c registers it for init_net).
constexpr const char* initial_only = "net.core.netdev_max_backlog";

std::int64_t sockstat(const Snapshot& snapshot, const std::string& name) {
  const auto found = snapshot.sockstat.find(name);
  return found == snapshot.sockstat.end() ? 0 : found->second;
}

/// What the walk for rare states would meet: the hash is shared by all namespaces, and `alloc` counts the sockets of all of them.
std::int64_t walked_sockets(const Snapshot& snapshot) {
  return std::max(sockstat(snapshot, "TCP.alloc"), sockstat(snapshot, "TCP.inuse") + sockstat(snapshot, "TCP6.inuse")) + sockstat(snapshot, "TCP.tw");
}

constexpr const char* rare_sockets = "half-open and closing connections";

/// Both Snapshots of a window count the rare states, or neither does.
void read_rare_states(kernel::Kernel& kernel, const Snapshot* previous, Snapshot& snapshot) {
  if (previous != nullptr && previous->states.empty()) {
    for (const auto& entry : previous->not_seen) {
      if (entry.what == rare_sockets) snapshot.not_seen.push_back(entry);
    }
    return;
  }
  std::string why;
  if (const auto sockets = walked_sockets(snapshot); previous == nullptr && sockets > max_walked_sockets) {
    why = "the host has " + std::to_string(sockets) + " TCP sockets; to walk more than " + std::to_string(max_walked_sockets) + " costs too much CPU";
  } else if (const auto status = read_states(kernel.netlink, snapshot.states, snapshot.listeners); !status.ok()) {
    why = status.error().message;
  }
  if (why.empty()) return;
  snapshot.not_seen.push_back(
      {rare_sockets, why, {"syn-queue.overflow", "syn-queue.flood", "close.close-wait-leak", "close.fin-wait-2-pileup", "connect.timeouts"}});
}

void read_sockets(kernel::Kernel& kernel, const RecordOptions& options, const Snapshot* previous, Collected& collected) {
  Snapshot& snapshot = collected.snapshot;
  std::int64_t dropped = 0;
  auto listeners = read_listeners(kernel.netlink, dropped);
  if (!listeners.ok()) {
    snapshot.not_seen.push_back(
        {"listening sockets",
         listeners.error().message,
         {"accept-queue.app-backlog", "accept-queue.somaxconn", "accept-queue.slow-application", "syn-queue.overflow", "host.file-limit"}});
    return;
  }
  snapshot.listeners = std::move(listeners).value();
  collected.bounds.push_back({"listeners", static_cast<std::int64_t>(max_listeners), dropped});
  read_rare_states(kernel, previous, snapshot);
  OwnerLimits limits{options.max_owners_per_listener, 0, previous == nullptr ? nullptr : &previous->not_seen};
  find_owners(kernel.files, snapshot.listeners, previous == nullptr ? nullptr : &previous->listeners, limits, snapshot.not_seen);
  collected.bounds.push_back({"owners of a listener", limits.per_listener, limits.dropped});
}

void note_dropped(const Bound& bound, std::vector<NotSeen>& not_seen) {
  if (bound.dropped == 0) return;
  not_seen.push_back({std::to_string(bound.dropped) + " " + bound.collection, "at most " + std::to_string(bound.limit) + " are read", {}});
}

std::int64_t ehash_entries(const Snapshot& snapshot) {
  const auto found = snapshot.sysctls.find("net.ipv4.tcp_ehash_entries");
  if (found == snapshot.sysctls.end()) return 0;
  const auto entries = parse_integer(found->second).value_or(0);
  return entries < 0 && entries != INT64_MIN ? -entries : entries;  // negative: the table is shared with the first namespace
}

}  // namespace

Result<Collected> collect_snapshot(kernel::Kernel& kernel, FileReader& reader, const RecordOptions& options, const Snapshot* previous) {
  Collected collected;
  Snapshot& snapshot = collected.snapshot;
  snapshot.provenance = read_provenance(reader, kernel);
  snapshot.sysctls = read_sysctls(reader, snapshot.not_seen);
  snapshot.provenance.initial_netns = snapshot.sysctls.count(initial_only) != 0;
  snapshot.host = read_host(reader, previous == nullptr ? nullptr : &previous->host);
  snapshot.host.ehash_entries = ehash_entries(snapshot);
  const bool counted = read_counters(reader, snapshot);
  read_sockets(kernel, options, previous, collected);
  if (!counted && collected.bounds.empty()) {
    return make_error(ErrorCode::unsupported, "this host can be read neither through /proc/net nor through sock_diag");
  }
  if (!counted) snapshot.not_seen.push_back({"counters of /proc/net/snmp and netstat", "they could not be read", {"every finding that needs a rate"}});
  ProcessLimits limits;
  limits.threads_per_process = options.max_threads_per_process;
  snapshot.processes = read_processes(reader, snapshot.listeners, limits);
  collected.bounds.push_back({"processes", limits.processes, limits.dropped_processes});
  collected.bounds.push_back({"threads of a process", limits.threads_per_process, limits.dropped_threads});
  snapshot.links = read_links(kernel.netlink, reader, snapshot.not_seen);
  if (previous != nullptr) {
    snapshot.configuration = previous->configuration;
  } else if (snapshot.provenance.initial_netns) {
    snapshot.configuration = read_configuration(kernel.files, detect_precedence(kernel.files), snapshot.not_seen);
  }
  read_configured_sysctls(reader, snapshot.configuration, snapshot.sysctls);
  for (const auto& bound : collected.bounds) note_dropped(bound, snapshot.not_seen);
  return collected;
}

Result<Snapshot> read_snapshot(kernel::Kernel& kernel, const RecordOptions& options) {
  FileReader reader(kernel.files);
  WEIR_TRY(auto collected, collect_snapshot(kernel, reader, options, nullptr));
  return std::move(collected.snapshot);
}

}  // namespace weir::sense
