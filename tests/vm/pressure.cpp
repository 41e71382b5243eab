#include "vm/pressure.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/namespace.h"
#include "lab/socket.h"

namespace weir::vm {
namespace {

constexpr int discard_port = 9;
constexpr int least_buffer = 1;  // the kernel raises it to its minimum
constexpr int backlog = 512;
constexpr int wave = 20;
constexpr Nanoseconds between_waves = milliseconds(100);
constexpr std::array<char, 16384> nothing{};

std::string neighbour(Family family, int number) {
  if (family == Family::ipv4)
    return "10.77." + std::to_string(1 + number / 250) + "." + std::to_string(1 + number % 250);
  return "fd77::1:" + std::to_string(1 + number);
}

/// Writes until the socket takes no more bytes.
void fill(int fd) {
  while (send(fd, nothing.data(), nothing.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
  }
}

/// The body of a process of clients.
int hold_clients(const Route& route, int clients) {
  if (!route.netns.empty() && !lab::enter_namespace(route.netns).ok()) return 1;
  const auto target = lab::make_address(route.family, route.address, route.port);
  if (!target.ok()) return 1;
  std::vector<UniqueFd> held;
  for (int i = 0; i < clients; ++i) {
    auto fd = lab::make_socket(route.family, 0);
    if (!fd.ok()) return 1;
    (void)setsockopt(fd->get(), SOL_SOCKET, SO_RCVBUF, &least_buffer, sizeof least_buffer);
    // a host under pressure refuses some connections
    if (connect(fd->get(), target->get(), target->size) == 0) held.push_back(std::move(*fd));
    if (i % wave == wave - 1) lab::sleep_for(between_waves);
  }
  while (true) pause();
}

/// The body of a server.
int fill_clients(int listener, AfterFilling then) {
  std::vector<UniqueFd> held;
  while (true) {
    UniqueFd client(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (!client.valid()) continue;
    fill(client.get());
    if (then == AfterFilling::holds) held.push_back(std::move(client));
  }
}

}  // namespace

Result<lab::ChildProcess> start_neighbour_sweep(Family family, int addresses, Nanoseconds pause) {
  return lab::fork_child([=](int) {
    const UniqueFd fd(
        socket(family == Family::ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    while (true) {
      for (int i = 0; i < addresses; ++i) {
        const auto to = lab::make_address(family, neighbour(family, i), discard_port);
        if (to.ok()) (void)sendto(fd.get(), nothing.data(), 1, MSG_DONTWAIT, to->get(), to->size);
      }
      lab::sleep_for(pause);
    }
    return 0;
  });
}

int count_reachable(Family family, int addresses, int port, Nanoseconds patience) {
  std::vector<UniqueFd> held;
  for (int i = 0; i < addresses; ++i) {
    const auto to = lab::make_address(family, neighbour(family, i), port);
    auto fd = lab::make_socket(family, SOCK_NONBLOCK);
    if (!to.ok() || !fd.ok()) continue;
    (void)!connect(fd->get(), to->get(), to->size);
    held.push_back(std::move(*fd));
  }
  lab::sleep_for(patience);
  return static_cast<int>(std::count_if(held.begin(), held.end(), [](const UniqueFd& fd) {
    pollfd wanted{fd.get(), POLLOUT, 0};
    return poll(&wanted, 1, 0) > 0 && (wanted.revents & (POLLERR | POLLHUP)) == 0;
  }));
}

Result<lab::ChildProcess> start_silent_readers(const Route& route, int clients) {
  return lab::fork_child([=](int) { return hold_clients(route, clients); });
}

Result<lab::ChildProcess> start_filling_server(Family family, int port, AfterFilling then) {
  WEIR_TRY(lab::ChildProcess child, lab::fork_child([=](int report) {
             const auto listener = lab::listen_on(family, "", port, backlog, false);
             lab::write_all(report,
                            listener.ok() ? "listening\n" : listener.error().message + "\n");
             return listener.ok() ? fill_clients(listener->get(), then) : 1;
           }));
  WEIR_TRY(const std::string said, child.read_report_line(seconds(5)));
  if (said != "listening") return make_error(ErrorCode::io, said);
  return child;
}

}  // namespace weir::vm
