#include "lab/crowd.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/socket.h"

namespace weir::lab {
namespace {

/// also fits the ephemeral ports of one source address (28,232)
constexpr int per_member = 15'000;
constexpr int first_port = 9000;
constexpr int backlog = 4096;
constexpr Nanoseconds gather_limit = seconds(90);

/// A member and its index: the server half listens on first_port + index, the client half connects
/// from 127.0.1.(index + 1).
struct Member {
  std::string netns;
  int index = 0;
  int connections = 0;
};

int report_failure(int report, const std::string& what) {
  write_all(report, what + ": " + std::strerror(errno) + "\n");
  return 1;
}

[[noreturn]] void stand_still() {
  while (true) pause();
}

int hold_accepted(int report, const Member& member) {
  if (!enter_namespace(member.netns).ok()) return report_failure(report, "namespace");
  const auto listener =
      listen_on(Family::ipv4, "127.0.0.1", first_port + member.index, backlog, false);
  if (!listener.ok()) return report_failure(report, listener.error().message);
  write_all(report, "listening\n");
  for (int i = 0; i < member.connections; ++i) {
    if (accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC) < 0)
      return report_failure(report, "accept");
  }
  write_all(report, "full\n");
  stand_still();
}

int hold_connected(int report, const Member& member) {
  if (!enter_namespace(member.netns).ok()) return report_failure(report, "namespace");
  const auto source = make_address(Family::ipv4, "127.0.1." + std::to_string(member.index + 1), 0);
  const auto target = make_address(Family::ipv4, "127.0.0.1", first_port + member.index);
  if (!source.ok() || !target.ok()) return report_failure(report, "address");
  for (int i = 0; i < member.connections; ++i) {
    auto fd = make_socket(Family::ipv4, 0);
    if (!fd.ok()) return report_failure(report, fd.error().message);
    const int on = 1;
    setsockopt(fd->get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(fd->get(), source->get(), source->size) != 0) return report_failure(report, "bind");
    if (connect(fd->get(), target->get(), target->size) != 0)
      return report_failure(report, "connect");
    (void)fd->release();  // held until this process ends
  }
  write_all(report, "full\n");
  stand_still();
}

Status expect_line(ChildProcess& member, const std::string& line) {
  WEIR_TRY(const std::string said, member.read_report_line(gather_limit).with_context("the crowd"));
  if (said != line) return make_error(ErrorCode::io, "the crowd did not gather: " + said);
  return {};
}

}  // namespace

Result<Crowd> Crowd::gather(const Namespace& place, int connections) {
  Crowd crowd;
  for (int index = 0; index * per_member < connections; ++index) {
    const Member member{place.name(), index,
                        std::min(per_member, connections - index * per_member)};
    WEIR_TRY(ChildProcess server,
             fork_child([&](int report) { return hold_accepted(report, member); }));
    WEIR_CHECK(expect_line(server, "listening"));
    WEIR_TRY(ChildProcess client,
             fork_child([&](int report) { return hold_connected(report, member); }));
    crowd.members_.push_back(std::move(server));
    crowd.members_.push_back(std::move(client));
  }
  for (auto& member : crowd.members_) WEIR_CHECK(expect_line(member, "full"));
  return crowd;
}

}  // namespace weir::lab
