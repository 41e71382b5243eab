// Socket groups and port uses for a RecordingBuilder, as the readers fill them.
// Not listeners and not flows.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/recording_builder.h"

namespace weir::test {

/// `count` sockets of a local port that listens; the test chooses the rest.
inline SocketGroup incoming_group(std::string state, std::int64_t port, std::int64_t count) {
  SocketGroup group;
  group.state = std::move(state);
  group.incoming = true;
  group.port = port;
  group.count = count;
  return group;
}

inline SocketGroup outgoing_group(std::string state, std::string peer, std::int64_t port,
                                  std::int64_t count) {
  SocketGroup group;
  group.state = std::move(state);
  group.peer = std::move(peer);
  group.peer_port = port;
  group.count = count;
  return group;
}

/// The sockets existed when the window began, and are `age` seconds old.
inline SocketGroup lasting(SocketGroup group, std::int64_t age) {
  group.lasting = group.count;
  group.oldest = seconds(age);
  group.older_than_10_s = age > 10 ? group.count : 0;
  group.older_than_60_s = age > 60 ? group.count : 0;
  return group;
}

inline SocketGroup orphaned(SocketGroup group) {
  group.orphans = group.count;
  return group;
}

inline SocketGroup owned_by(SocketGroup group, std::int64_t pid, std::string command) {
  group.looked_for = group.count;
  group.owners.push_back({pid, std::move(command), group.count});
  return group;
}

/// The group at the window's end; at its start it had `before` sockets.
inline RecordingBuilder& sockets(RecordingBuilder& builder, SocketGroup group,
                                 std::int64_t before = 0) {
  SocketGroup first = group;
  first.count = before;
  first.lasting = 0;
  first.orphans = std::min(group.orphans, before);
  if (before > 0) builder.raw().first.sockets.socket_groups.push_back(std::move(first));
  builder.raw().last->sockets.socket_groups.push_back(std::move(group));
  return builder;
}

inline PortUse port_use(std::string source, std::string destination, std::int64_t port,
                        std::int64_t used, std::int64_t time_wait) {
  PortUse use;
  use.source = std::move(source);
  use.destination = std::move(destination);
  use.port = port;
  use.used = used;
  use.time_wait = time_wait;
  return use;
}

}  // namespace weir::test
