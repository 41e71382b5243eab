// Measures the CPU time of a connection with one small request at the server's side: accept(),
// read, answer, close, and the kernel's softirq for the connection. plan/formula/processing.h holds
// the number. Five rounds over loopback, in a namespace. Needs root.
#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include "lab/namespace.h"
#include "lab/process.h"
#include "lab/socket.h"

namespace {

using weir::Result;
using weir::UniqueFd;

constexpr int connections = 30'000;
constexpr int rounds = 5;
constexpr int port = 8080;
constexpr std::size_t request = 100;

/// Serves all connections, one after the other; the client closes after the server's FIN.
int serve(int listener) {
  std::array<char, request> buffer{};
  for (int i = 0; i < connections; ++i) {
    const UniqueFd file(accept(listener, nullptr, nullptr));
    if (!file.valid() || read(file.get(), buffer.data(), buffer.size()) <= 0) return 1;
    if (write(file.get(), buffer.data(), buffer.size()) <= 0) return 1;
    shutdown(file.get(), SHUT_WR);
    if (read(file.get(), buffer.data(), 1) < 0) return 1;
  }
  return 0;
}

/// Connects to 127.0.0.1, 127.0.0.2, …, so that no destination runs out of ports.
weir::Status visit() {
  std::array<char, request> buffer{};
  for (int i = 0; i < connections; ++i) {
    const std::string address = "127.0.0." + std::to_string(1 + i % 200);
    WEIR_TRY(const auto to, weir::lab::make_address(weir::Family::ipv4, address, port));
    WEIR_TRY(const UniqueFd file, weir::lab::make_socket(weir::Family::ipv4, SOCK_CLOEXEC));
    if (connect(file.get(), to.get(), to.size) != 0)
      return weir::make_error(weir::ErrorCode::io, "no connection to " + address);
    const bool answered = write(file.get(), buffer.data(), buffer.size()) > 0 &&
                          read(file.get(), buffer.data(), buffer.size()) > 0;
    if (!answered) return weir::make_error(weir::ErrorCode::io, "no answer");
    static_cast<void>(read(file.get(), buffer.data(), 1));
  }
  return {};
}

Result<weir::Nanoseconds> measure() {
  WEIR_TRY(const auto listener, weir::lab::listen_on(weir::Family::ipv4, "", port, 4096, false));
  WEIR_TRY(auto server,
           weir::lab::fork_child([](int) { return serve(weir::lab::kept_fd); }, listener.get()));
  WEIR_CHECK(visit());
  WEIR_TRY(const auto use, server.wait(weir::seconds(60)));
  if (use.exit_code != 0) return weir::make_error(weir::ErrorCode::io, "the server failed");
  return weir::Nanoseconds{use.cpu.count / connections};
}

Result<weir::Nanoseconds> median() {
  WEIR_TRY(const auto place, weir::lab::Namespace::create());
  WEIR_CHECK(weir::lab::enter_namespace(place.name()));
  std::vector<weir::Nanoseconds> times;
  for (int i = 0; i < rounds; ++i) {
    WEIR_TRY(const auto time, measure());
    times.push_back(time);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

}  // namespace

int main() {
  const auto time = median();
  if (!time.ok()) {
    std::fprintf(stderr, "connection_cost: %s\n", time.error().message.c_str());
    return 1;
  }
  std::printf(
      "a connection with one request, the server's side: %.1f us of CPU (median of %d rounds of %d)\n",
      weir::to_seconds(*time) * 1e6, rounds, connections);
  return 0;
}
