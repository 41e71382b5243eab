#include "sense/snapshot.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "sense/configuration.h"
#include "sense/counters.h"
#include "sense/ethtool.h"
#include "sense/gateways.h"
#include "sense/group_owners.h"
#include "sense/host.h"
#include "sense/link_attributes.h"
#include "sense/links.h"
#include "sense/owners.h"
#include "sense/processes.h"
#include "sense/rights.h"
#include "sense/sockets.h"
#include "sense/sysctls.h"

namespace weir::sense {
namespace {

/// A parameter that only the initial network namespace has (net/core/sysctl_net_core.c registers it
/// for init_net).
constexpr const char* initial_only = "net.core.netdev_max_backlog";

// The names of bounded collections, as a file has them.
constexpr const char* listeners_bound = "listeners";
constexpr const char* owners_bound = "owners of a listener";
constexpr const char* processes_bound = "processes";

/// Only the listeners show which connections came in, so without them no connection is walked.
void leave_out_sockets(const std::string& why, SnapshotRole role, std::vector<NotSeen>& not_seen) {
  not_seen.push_back({Subject::listeners, "listening sockets", why});
  not_seen.push_back({Subject::states, "half-open and closing connections", why});
  if (role == SnapshotRole::first) return;
  not_seen.push_back({Subject::outgoing, "outgoing connections", why});
  not_seen.push_back({Subject::flows, "connections", why});
}

/// Reads the listeners, their connections, and the processes that hold them.
void read_sockets(kernel::Kernel& kernel, FileReader& reader, const RecordOptions& options,
                  SnapshotRole role, const Collected* previous, Collected& collected) {
  Snapshot& snapshot = collected.snapshot;
  Sockets& sockets = snapshot.sockets;
  std::int64_t dropped = 0;
  auto listeners = read_listeners(kernel.netlink, dropped);
  if (!listeners.ok()) {
    leave_out_sockets(listeners.error().message, role, snapshot.not_seen);
    return;
  }
  collected.bounds.push_back({listeners_bound, static_cast<std::int64_t>(max_listeners), dropped});
  const auto ports = find_local_port_range(snapshot.settings);
  SocketReading reading =
      walk_sockets(kernel, role, previous == nullptr ? nullptr : &previous->connections.memory,
                   snapshot.counters, ports, std::move(listeners).value());
  sockets = std::move(reading.sockets);
  collected.connections = std::move(reading.connections);
  snapshot.read_by = std::move(reading.read_by);
  std::move(reading.not_seen.begin(), reading.not_seen.end(),
            std::back_inserter(snapshot.not_seen));
  const Snapshot* before = previous == nullptr ? nullptr : &previous->snapshot;
  OwnerLimits limits{options.max_owners_per_listener, 0,
                     before == nullptr ? nullptr : &before->not_seen};
  find_owners(kernel.files, sockets.listeners,
              before == nullptr ? nullptr : &before->sockets.listeners, limits, snapshot.not_seen);
  collected.bounds.push_back({owners_bound, limits.per_listener, limits.dropped});
  if (before != nullptr)
    sockets.udp_sockets = read_udp_sockets(reader, before->counters, snapshot.counters);
  if (role == SnapshotRole::first) {
    for (auto& group : reading.groups) sockets.socket_groups.push_back(std::move(group.group));
  } else {
    sockets.socket_groups =
        find_group_owners(reader, std::move(reading.groups), ports, sockets, snapshot.not_seen);
  }
}

/// Reads the interfaces and everything attached to them. Adds the entries of their neighbours to
/// `tables`.
Network read_network(kernel::Kernel& kernel, FileReader& reader, const Network* previous,
                     std::map<std::string, std::int64_t>& tables, std::vector<NotSeen>& not_seen) {
  const std::vector<Link>* before = previous == nullptr ? nullptr : &previous->links;
  Network network;
  network.links = read_links(kernel.netlink, not_seen);
  network.gateways = read_gateways(kernel.netlink, network.links, not_seen);
  for (const auto& [name, entries] : read_neighbours(kernel.netlink, network.gateways, not_seen))
    tables[name] = entries;
  read_hardware(kernel.ethtool, reader, before, network.links, not_seen);
  read_link_attributes(kernel, reader, before, network.links);
  network.qdiscs = read_qdiscs(kernel.netlink, network.links, not_seen);
  return network;
}

/// Reads the rest of the settings: the tuners, the configuration, and the sysctls that the
/// configuration names.
void complete_settings(kernel::Kernel& kernel, FileReader& reader, const Settings* previous,
                       bool initial_netns, Settings& settings, std::vector<NotSeen>& not_seen) {
  settings.tuners = previous == nullptr ? read_tuners(reader) : previous->tuners;
  if (auto hidden = explain_hidden_processes(kernel.files, wire::HiddenFor::processes);
      !hidden.empty()) {
    not_seen.push_back({Subject::tuners, "other programs that change settings", std::move(hidden)});
  }
  if (previous != nullptr) {
    settings.configuration = previous->configuration;
  } else if (initial_netns) {
    settings.configuration =
        read_configuration(kernel.files, detect_precedence(kernel.files), not_seen);
  }
  read_configured_sysctls(reader, settings.configuration, settings.sysctls);
}

/// Maps a Snapshot's own collections to a subject. The first threads of a process are enough, so
/// their bound affects only the precision.
Subject subject_of(const Bound& bound) {
  if (bound.collection == listeners_bound) return Subject::listeners;
  if (bound.collection == owners_bound) return Subject::owners;
  if (bound.collection == processes_bound) return Subject::processes;
  return Subject::precision;
}

void note_dropped(const Bound& bound, std::vector<NotSeen>& not_seen) {
  if (bound.dropped == 0) return;
  not_seen.push_back({subject_of(bound), std::to_string(bound.dropped) + " " + bound.collection,
                      "weir reads at most " + std::to_string(bound.limit)});
}

std::int64_t ehash_entries(const Settings& settings) {
  const auto entries = find_setting(settings, "net.ipv4.tcp_ehash_entries").value_or(0);
  // negative: the table is shared with the first namespace
  return entries < 0 && entries != INT64_MIN ? -entries : entries;
}

/// Makes a Snapshot with the data by which settings are judged: provenance, host and sysctls.
Snapshot begin_snapshot(kernel::Kernel& kernel, FileReader& reader, const Host* previous,
                        std::vector<wire::CpuTicks>& cpus) {
  Snapshot snapshot;
  snapshot.provenance = read_provenance(reader, kernel);
  snapshot.settings.sysctls = read_sysctls(reader, snapshot.not_seen);
  snapshot.provenance.initial_netns = snapshot.settings.sysctls.count(initial_only) != 0;
  snapshot.host = read_host(reader, previous, cpus);
  snapshot.host.ehash_entries = ehash_entries(snapshot.settings);
  return snapshot;
}

}  // namespace

Result<Collected> collect_snapshot(kernel::Kernel& kernel, FileReader& reader,
                                   const RecordOptions& options, SnapshotRole role,
                                   const Collected* previous) {
  Collected collected;
  const Snapshot* before = previous == nullptr ? nullptr : &previous->snapshot;
  Snapshot& snapshot = collected.snapshot;
  std::vector<wire::CpuTicks> cpus;
  snapshot = begin_snapshot(kernel, reader, before == nullptr ? nullptr : &before->host, cpus);
  snapshot.counters = read_counters(reader, cpus, snapshot.settings);
  const bool counted = has_tcp_counters(snapshot.counters);
  read_sockets(kernel, reader, options, role, previous, collected);
  if (!counted && collected.bounds.empty()) {
    return make_error(ErrorCode::unsupported,
                      "cannot read this host, neither through /proc/net nor through sock_diag");
  }
  if (!counted)
    snapshot.not_seen.push_back(
        {Subject::counters, "counters of /proc/net/snmp and netstat", "weir could not read them"});
  ProcessLimits limits;
  limits.threads_per_process = options.max_threads_per_process;
  snapshot.processes = read_processes(reader, owning_processes(snapshot.sockets), limits);
  collected.bounds.push_back({processes_bound, limits.processes, limits.dropped_processes});
  collected.bounds.push_back(
      {"threads of a process", limits.threads_per_process, limits.dropped_threads});
  snapshot.network = read_network(kernel, reader, before == nullptr ? nullptr : &before->network,
                                  snapshot.counters.tables, snapshot.not_seen);
  complete_settings(kernel, reader, before == nullptr ? nullptr : &before->settings,
                    snapshot.provenance.initial_netns, snapshot.settings, snapshot.not_seen);
  for (const auto& bound : collected.bounds) note_dropped(bound, snapshot.not_seen);
  return collected;
}

Snapshot read_settings(kernel::Kernel& kernel) {
  FileReader reader(kernel.files);
  std::vector<wire::CpuTicks> cpus;
  return begin_snapshot(kernel, reader, nullptr, cpus);
}

Result<Snapshot> read_snapshot(kernel::Kernel& kernel, const RecordOptions& options) {
  FileReader reader(kernel.files);
  WEIR_TRY(auto collected, collect_snapshot(kernel, reader, options, SnapshotRole::lone, nullptr));
  return std::move(collected.snapshot);
}

}  // namespace weir::sense
