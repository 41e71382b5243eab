#include "judge/socket_groups.h"

#include <utility>

#include "judge/words.h"

namespace weir::judge {

std::vector<const SocketGroup*> find_groups(const Window& window, std::string_view state) {
  std::vector<const SocketGroup*> groups;
  for (const auto& group : window.end().sockets.socket_groups) {
    if (group.state == state) groups.push_back(&group);
  }
  return groups;
}

const SocketGroup* find_group_before(const Window& window, const SocketGroup& group) {
  return window.index().start.socket_groups.find(group_key(group));
}

std::string endpoint_name(Family family, const std::string& address, std::int64_t port) {
  const std::string host = family == Family::ipv6 ? "[" + address + "]" : address;
  return host + ":" + std::to_string(port);
}

std::string group_name(const SocketGroup& group) {
  return group.incoming ? "port " + std::to_string(group.port)
                        : endpoint_name(group.family, group.peer, group.peer_port);
}

Resource destination_resource(const Window& window, std::string name, std::int64_t port,
                              const std::vector<GroupOwner>& owners) {
  Resource resource;
  resource.kind = "destination";
  resource.name = std::move(name);
  resource.netns = window.end().provenance.place.netns;
  resource.port = port;
  for (const auto& owner : owners) {
    if (resource.pids.size() < named_at_most) resource.pids.push_back(owner.pid);
    if (resource.command.empty()) resource.command = owner.command;
  }
  return resource;
}

std::string describe_owners(const std::vector<GroupOwner>& owners) {
  if (owners.empty()) return "a process that weir could not see";
  std::string first = process_name(owners.front().pid, owners.front().command);
  if (owners.size() == 1) return first;
  if (owners.size() == 2) return first + " and one other process";
  return first + " and " + std::to_string(owners.size() - 1) + " other processes";
}

}  // namespace weir::judge
