#include "lab/pump.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "lab/process.h"

namespace weir::lab {
namespace {

constexpr std::size_t buffer_size = std::size_t{256} * 1024;
// of one connection, before the others' turn
constexpr std::int64_t most_at_once = std::int64_t{1} << 20;
constexpr int turn_ms = 10;
constexpr Nanoseconds pump_tick = milliseconds(5);  // of a pump with a rate
constexpr int pump_events = 64;

}  // namespace

Pump::Pump(Pumping way, std::int64_t bytes_per_second)
    : way_(way),
      bytes_per_second_(bytes_per_second),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      buffer_(buffer_size) {}

void Pump::add(UniqueFd connection) {
  const int number = connection.get();
  fcntl(number, F_SETFL, O_NONBLOCK);
  epoll_event event{};
  event.events = way_ == Pumping::sends ? EPOLLOUT : EPOLLIN;
  event.data.fd = number;
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, number, &event);
  connections_[number] = Connection{std::move(connection), monotonic_now(), 0};
}

std::int64_t Pump::turn() {
  if (bytes_per_second_ > 0) return turn_at_rate();
  epoll_event events[pump_events];
  const int count = epoll_wait(epoll_.get(), events, pump_events, turn_ms);
  std::int64_t moved = 0;
  for (int i = 0; i < count; ++i) {
    bool ended = false;
    moved += move_some(connections_[events[i].data.fd], most_at_once, ended);
    if (ended) connections_.erase(events[i].data.fd);
  }
  return moved;
}

std::int64_t Pump::turn_at_rate() {
  sleep_for(pump_tick);
  const Nanoseconds now = monotonic_now();
  std::int64_t moved = 0;
  for (auto next = connections_.begin(); next != connections_.end();) {
    Connection& connection = next->second;
    const auto due = static_cast<std::int64_t>(to_seconds(now - connection.since) *
                                               static_cast<double>(bytes_per_second_)) -
                     connection.moved;
    bool ended = false;
    if (due > 0) moved += move_some(connection, due, ended);
    next = ended ? connections_.erase(next) : std::next(next);
  }
  return moved;
}

std::int64_t Pump::move_some(Connection& connection, std::int64_t most, bool& ended) {
  std::int64_t moved = 0;
  while (moved < most) {
    const auto wanted = static_cast<std::size_t>(
        std::min<std::int64_t>(most - moved, static_cast<std::int64_t>(buffer_size)));
    const ssize_t n = way_ == Pumping::sends
                          ? send(connection.fd.get(), buffer_.data(), wanted, MSG_NOSIGNAL)
                          : recv(connection.fd.get(), buffer_.data(), wanted, 0);
    if (n < 0 && errno == EINTR) continue;
    ended = n == 0 || (n < 0 && errno != EAGAIN);
    if (n <= 0) break;
    moved += n;
  }
  connection.moved += moved;
  return moved;
}

}  // namespace weir::lab
