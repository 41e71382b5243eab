#include "sense/socket_groups.h"

#include <algorithm>
#include <string>

namespace weir::sense {
namespace {

constexpr std::size_t max_cookies = 65536;
/// A few of many leaked sockets are enough to find the process that leaks them.
constexpr std::size_t max_inodes = 64;
constexpr Nanoseconds old = seconds(10);
constexpr Nanoseconds very_old = seconds(60);

void count(const wire::DiagSocket& socket, SocketGroup& group) {
  ++group.count;
  if (socket.inode == 0) ++group.orphans;
  if (socket.retransmits > 0) ++group.retransmitting;
  // A socket without any answer has no last ACK: the kernel would count from its boot.
  if (!socket.flow || socket.state == wire::TcpState::syn_sent) return;
  if (socket.receive_queue > 0) ++group.unread;
  const Nanoseconds age = socket.flow->last_ack_recv;
  group.oldest = std::max(group.oldest, age);
  if (age >= old) ++group.older_than_10_s;
  if (age >= very_old) ++group.older_than_60_s;
}

}  // namespace

void SocketGroups::clear() {
  groups_.clear();
  cookies_.clear();
  dropped_ = 0;
}

SocketGroups::Key SocketGroups::key_of(const wire::DiagSocket& socket) const {
  const End local = make_end(socket.family, socket.source);
  if (listening_.has(socket.source_port))
    return {socket.state, true, socket.source_port, {local.family, {}}};
  return {socket.state, false, socket.destination_port,
          make_end(socket.family, socket.destination)};
}

void SocketGroups::remember(const wire::DiagSocket& socket) {
  if (cookies_.size() < max_cookies) cookies_.emplace(socket.cookie, socket.state);
}

void SocketGroups::add(const wire::DiagSocket& socket) {
  if (socket.state == wire::TcpState::syn_recv) return;
  remember(socket);
  const Key key = key_of(socket);
  auto found = groups_.find(key);
  if (found == groups_.end()) {
    if (groups_.size() == max_groups) {
      ++dropped_;
      return;
    }
    found = groups_.emplace(key, GroupWithInodes{}).first;
  }
  auto& [group, inodes] = found->second;
  count(socket, group);
  if (before_ != nullptr) {
    const auto earlier = before_->find(socket.cookie);
    if (earlier != before_->end() && earlier->second == socket.state) ++group.lasting;
  }
  if (socket.inode != 0 && inodes.size() < max_inodes) inodes.push_back(socket.inode);
}

std::vector<GroupWithInodes> SocketGroups::take() {
  std::map<wire::TcpState, std::vector<GroupWithInodes>> by_state;
  for (auto& [key, with_inodes] : groups_) {
    SocketGroup& group = with_inodes.group;
    const auto& [state, incoming, port, peer] = key;
    group.state = std::string(wire::tcp_state_name(state));
    group.family = peer.family;
    group.incoming = incoming;
    (incoming ? group.port : group.peer_port) = port;
    if (!incoming) group.peer = to_text(peer);
    by_state[state].push_back(std::move(with_inodes));
  }
  groups_.clear();
  std::vector<GroupWithInodes> all;
  for (auto& [state, of_state] : by_state) {
    std::stable_sort(of_state.begin(), of_state.end(),
                     [](const auto& a, const auto& b) { return a.group.count > b.group.count; });
    of_state.resize(std::min(of_state.size(), max_groups_per_state));
    std::move(of_state.begin(), of_state.end(), std::back_inserter(all));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.group.count > b.group.count; });
  return all;
}

}  // namespace weir::sense
