#include "judge/window_index.h"

#include <set>
#include <variant>

#include "judge/words.h"

namespace weir::judge {

namespace {

SocketKey socket_key(std::uint64_t cookie, std::int64_t inode) { return {cookie, inode}; }

/// Each pid once, in the order of the descriptors.
std::vector<std::int64_t> list_pids(const Listener& listener) {
  std::set<std::int64_t> seen;
  std::vector<std::int64_t> pids;
  for (const auto& owner : listener.owners) {
    if (seen.insert(owner.pid).second) pids.push_back(owner.pid);
  }
  return pids;
}

bool is_root(const Qdisc& qdisc) { return qdisc.root && !qdisc.ingress; }

Topology index_topology(const Network& network) {
  return {index_by<std::int64_t>(network.links, [](const Link& one) { return one.index; }),
          index_by<std::int64_t>(network.gateways, [](const Gateway& one) { return one.link; })};
}

EndIndex index_end(const Snapshot& end) {
  EndIndex index;
  index.listeners_by_port =
      index_by<std::int64_t>(end.sockets.listeners, [](const Listener& one) { return one.port; });
  index.listeners_by_owner = Index<std::int64_t, Listener>(
      end.sockets.listeners, [](const Listener& one, const auto& add) {
        for (const auto pid : list_pids(one)) add(pid);
      });
  index.listeners = index_by<SocketKey>(
      end.sockets.listeners, [](const Listener& one) { return socket_key(one.cookie, one.inode); });
  index.processes =
      index_by<std::int64_t>(end.processes, [](const Process& one) { return one.pid; });
  index.topology = index_topology(end.network);
  index.links_by_name = index_by<std::string_view>(
      end.network.links, [](const Link& one) -> std::string_view { return one.name; });
  index.links_by_address =
      Index<std::string_view, Link>(end.network.links, [](const Link& one, const auto& add) {
        for (const auto& address : one.addresses) add(std::string_view(address));
      });
  index.links_by_master =
      index_by<std::int64_t>(end.network.links, [](const Link& one) { return one.master; });
  index.root_qdiscs =
      Index<std::int64_t, Qdisc>(end.network.qdiscs, [](const Qdisc& one, const auto& add) {
        if (is_root(one)) add(one.link);
      });
  index.port_uses = index_by<PeerKey>(end.sockets.port_uses, [](const PortUse& one) {
    return PeerKey(one.family, one.destination, one.port);
  });
  index.peer_groups = index_by<std::int64_t>(end.sockets.peer_groups,
                                             [](const PeerGroup& one) { return one.port; });
  return index;
}

StartIndex index_start(const Snapshot& start) {
  StartIndex index;
  index.listeners = index_by<SocketKey>(start.sockets.listeners, [](const Listener& one) {
    return socket_key(one.cookie, one.inode);
  });
  index.processes = index_by<ProcessKey>(
      start.processes, [](const Process& one) { return ProcessKey(one.pid, one.start_time); });
  index.topology = index_topology(start.network);
  index.links = index_by<LinkKey>(start.network.links,
                                  [](const Link& one) { return LinkKey(one.index, one.name); });
  index.root_qdiscs =
      Index<QdiscKey, Qdisc>(start.network.qdiscs, [](const Qdisc& one, const auto& add) {
        if (is_root(one)) add(QdiscKey(one.link, one.kind, one.handle));
      });
  index.socket_groups = index_by<GroupKey>(start.sockets.socket_groups, group_key);
  index.softnet =
      index_by<std::int64_t>(start.counters.softnet, [](const SoftnetCpu& one) { return one.cpu; });
  return index;
}

Index<std::int64_t, OwnerState> index_owner_states(const std::vector<Event>& events) {
  std::vector<std::pair<std::int64_t, const OwnerState*>> looks;
  for (const auto& event : events) {
    if (const auto* look = std::get_if<OwnerState>(&event.what))
      looks.emplace_back(look->pid, look);
  }
  return Index<std::int64_t, OwnerState>(std::move(looks));
}

SampleIndex index_samples(const Recording& recording) {
  SampleIndex index;
  index.series =
      Index<ListenerMetric, Series>(recording.series, [](const Series& one, const auto& add) {
        if (const auto* of = std::get_if<ListenerMetric>(&one.of)) add(*of);
      });
  index.owner_states = index_owner_states(recording.events);
  index.flows = index_by<SocketKey>(
      recording.flows, [](const Flow& one) { return socket_key(one.cookie, one.inode); });
  index.flows_by_peer =
      index_by<std::tuple<std::string_view, std::int64_t>>(recording.flows, [](const Flow& one) {
        return std::tuple<std::string_view, std::int64_t>(one.peer, one.peer_port);
      });
  return index;
}

Acceptors find_acceptors_of(const Listener& listener, const EndIndex& end) {
  Acceptors acceptors;
  acceptors.pids = list_pids(listener);
  std::vector<const Process*> owners;
  std::set<std::int64_t> parents;
  for (const auto pid : acceptors.pids) {
    const Process* process = end.processes.find(pid);
    if (process == nullptr) continue;
    owners.push_back(process);
    parents.insert(process->parent);
  }
  for (const Process* process : owners) {
    if (parents.count(process->pid) == 0) acceptors.processes.push_back(process);
  }
  if (acceptors.pids.size() > named_at_most) acceptors.pids.resize(named_at_most);
  return acceptors;
}

}  // namespace

GroupKey group_key(const SocketGroup& group) {
  return {group.state, group.family, group.incoming, group.port, group.peer, group.peer_port};
}

WindowIndex::WindowIndex(const Recording& recording, const Snapshot* before, const Snapshot& after)
    : end(index_end(after)),
      start(before == nullptr ? StartIndex{} : index_start(*before)),
      samples(index_samples(recording)) {
  for (const auto& listener : after.sockets.listeners)
    acceptors.emplace(&listener, find_acceptors_of(listener, end));
}

}  // namespace weir::judge
