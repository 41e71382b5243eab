#include "plan/size_capacities.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "base/integers.h"

namespace weir::plan {

namespace {

constexpr std::int64_t bits_per_mbit = 1'000'000;

void take_link(const Snapshot& snapshot, SizingHost& host) {
  for (const auto& link : snapshot.links) {
    const bool leads_out = !link.loopback && link.up && link.carrier && link.routed;
    if (!leads_out || !link.speed_mbit || *link.speed_mbit <= 0) continue;
    const BitsPerSecond speed{saturated_product(*link.speed_mbit, bits_per_mbit)};
    if (host.link_speed && *host.link_speed >= speed) continue;
    host.link = link.name;
    host.link_speed = speed;
  }
}

/// Of the listeners on the port, the one with the shortest queue: its clients are refused first.
const Listener* find_shortest_listener(const Snapshot& snapshot, std::int64_t port) {
  const Listener* shortest = nullptr;
  for (const auto& listener : snapshot.listeners) {
    if (listener.port == port && (shortest == nullptr || listener.backlog < shortest->backlog))
      shortest = &listener;
  }
  return shortest;
}

void take_process(const Snapshot& snapshot, const Listener* listener, SizingHost& host) {
  std::set<std::int64_t> pids;
  if (listener != nullptr) {
    for (const auto& owner : listener->owners) pids.insert(owner.pid);
  }
  for (const auto& process : snapshot.processes) {
    if (!process.file_limit || (listener != nullptr && pids.count(process.pid) == 0)) continue;
    if (host.file_limit && *host.file_limit <= *process.file_limit) continue;
    host.file_limit = process.file_limit;
    host.server = process_name(process.pid, process.command);
  }
}

std::int64_t highest_listening_below(const Snapshot& snapshot, std::int64_t port) {
  std::int64_t highest = 0;
  for (const auto& listener : snapshot.listeners) {
    if (listener.port < port) highest = std::max(highest, listener.port);
  }
  return highest;
}

}  // namespace

SizingHost compute_capacities(const Snapshot& snapshot, std::optional<std::int64_t> port) {
  SizingHost host;
  host.name = snapshot.provenance.hostname;
  host.kernel_text = snapshot.provenance.kernel;
  host.kernel = parse_kernel_version(snapshot.provenance.kernel).value_or(KernelVersion{});
  host.memory = snapshot.host.memory;
  host.page_size = snapshot.host.page_size;
  host.cpus = snapshot.host.cpus;
  host.sysctls = snapshot.sysctls;
  take_link(snapshot, host);
  const Listener* listener = port ? find_shortest_listener(snapshot, *port) : nullptr;
  if (listener != nullptr) {
    host.listener = listener_name(*listener);
    host.backlog = listener->backlog;
  }
  if (!port || listener != nullptr) take_process(snapshot, listener, host);
  const auto table = [&snapshot](const char* name) {
    const auto found = snapshot.tables.find(name);
    return found == snapshot.tables.end() ? std::int64_t{0} : found->second;
  };
  host.open_files = table("files.allocated");
  host.tracks = table("conntrack.count") > 0;
  host.highest_below = highest_listening_below(
      snapshot, find_setting(snapshot, "net.ipv4.ip_local_port_range").value_or(0));
  return host;
}

}  // namespace weir::plan
