#include "sense/group_owners.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "sense/owners.h"
#include "sense/rights.h"

namespace weir::sense {
namespace {

/// weir's own lower bounds: no finding names a group with fewer sockets.
constexpr std::int64_t least_closing = 8;
constexpr std::int64_t least_connecting = 2;
/// Also for programs that give up before the kernel sends the SYN again.
constexpr std::int64_t least_connecting_at_once = 5;
constexpr std::int64_t least_ports = 1000;
constexpr double least_port_share = 0.7;
constexpr std::size_t max_owners = 8;

bool is_worth_it(const SocketGroup& group) {
  if (group.state == "CLOSE_WAIT")
    return std::max(group.lasting, group.older_than_10_s) >= least_closing;
  if (group.state == "SYN_SENT")
    return group.retransmitting >= least_connecting || group.count >= least_connecting_at_once;
  return false;
}

bool is_worth_it(const PortUse& use, const std::optional<PortRange>& ports) {
  if (use.inode == 0) return false;
  if (!ports) return use.used >= least_ports;
  return static_cast<double>(use.used) >= least_port_share * static_cast<double>(ports->size());
}

std::string read_command(FileReader& reader, std::int64_t pid) {
  return escape_bytes(trim(reader.read_or_empty("/proc/" + std::to_string(pid) + "/comm")));
}

std::vector<GroupOwner> count_owners(FileReader& reader, const DescriptorOwners& found,
                                     const std::vector<std::uint64_t>& inodes) {
  std::map<std::int64_t, std::int64_t> by_pid;
  for (const auto inode : inodes) {
    const auto owners = found.by_inode.find(inode);
    if (owners == found.by_inode.end()) continue;
    std::set<std::int64_t> pids;
    for (const auto& owner : owners->second) pids.insert(owner.pid);
    for (const auto pid : pids) ++by_pid[pid];
  }
  std::vector<GroupOwner> counted;
  counted.reserve(by_pid.size());
  for (const auto& [pid, sockets] : by_pid) counted.push_back({pid, {}, sockets});
  std::stable_sort(counted.begin(), counted.end(),
                   [](const GroupOwner& a, const GroupOwner& b) { return a.found > b.found; });
  counted.resize(std::min(counted.size(), max_owners));
  for (auto& owner : counted) owner.command = read_command(reader, owner.pid);
  return counted;
}

}  // namespace

std::vector<SocketGroup> find_group_owners(FileReader& reader,
                                           std::vector<GroupWithInodes>&& groups,
                                           const std::optional<PortRange>& ports, Sockets& sockets,
                                           std::vector<NotSeen>& not_seen) {
  std::vector<SocketGroup> owned;
  owned.reserve(groups.size());
  std::unordered_set<std::uint64_t> wanted;
  for (auto& [group, inodes] : groups) {
    if (!is_worth_it(group)) inodes.clear();
    wanted.insert(inodes.begin(), inodes.end());
  }
  for (const auto& use : sockets.port_uses) {
    if (is_worth_it(use, ports)) wanted.insert(static_cast<std::uint64_t>(use.inode));
  }
  for (const auto& socket : sockets.udp_sockets)
    wanted.insert(static_cast<std::uint64_t>(socket.inode));
  const DescriptorOwners found =
      wanted.empty() ? DescriptorOwners() : search_descriptors(reader.files(), wanted);
  for (auto& [group, inodes] : groups) {
    group.looked_for = static_cast<std::int64_t>(inodes.size());
    group.owners = count_owners(reader, found, inodes);
    owned.push_back(std::move(group));
  }
  for (auto& use : sockets.port_uses) {
    if (use.inode != 0)
      use.owners = count_owners(reader, found, {static_cast<std::uint64_t>(use.inode)});
  }
  for (auto& socket : sockets.udp_sockets)
    socket.owners = count_owners(reader, found, {static_cast<std::uint64_t>(socket.inode)});
  if (found.by_inode.size() == wanted.size()) return owned;
  auto why = explain_hidden_processes(reader.files(), wire::HiddenFor::descriptors);
  if (why.empty() && found.denied) why = explain_denied_descriptors(reader.files());
  if (!why.empty())
    not_seen.push_back(
        {Subject::connection_owners, "the owners of some connections", std::move(why)});
  return owned;
}

std::set<std::int64_t> owning_processes(const Sockets& sockets) {
  std::set<std::int64_t> pids;
  for (const auto& listener : sockets.listeners) {
    for (const auto& owner : listener.owners) pids.insert(owner.pid);
  }
  for (const auto& group : sockets.socket_groups) {
    for (const auto& owner : group.owners) pids.insert(owner.pid);
  }
  return pids;
}

}  // namespace weir::sense
