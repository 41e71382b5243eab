#include "lab/visitors.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <unordered_map>

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/namespace.h"
#include "lab/socket.h"

namespace weir::lab {
namespace {

constexpr int group_size = 5000;  // of one process; RLIMIT_NOFILE is often 20,000 or less
// connections that are being opened at one time: far below any backlog
constexpr int most_on_the_way = 64;
constexpr int visitor_events = 256;
constexpr int wait_ms = 5;
constexpr std::string_view keep_alive_request = "GET / HTTP/1.1\r\nHost: lab\r\n\r\n";
constexpr std::string_view closing_request = "GET / HTTP/1.0\r\n\r\n";
constexpr std::string_view endless_head = "GET / HTTP/1.1\r\nHost: lab\r\n";
constexpr std::string_view one_more_line = "X-a: b\r\n";

std::string_view first_words(Manner manner) {
  switch (manner) {
    case Manner::keeps_alive: return keep_alive_request;
    case Manner::trickles: return endless_head;
    case Manner::never_closes: return closing_request;
  }
  return {};
}

/// The visitors of one process.
class Group {
 public:
  Group(const VisitorsOptions& options, const SocketAddress& target, Visitors::Numbers& numbers)
      : options_(options),
        target_(target),
        numbers_(numbers),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

  [[noreturn]] void stay() {
    const Nanoseconds begin = monotonic_now();
    Nanoseconds next_trickle = begin + options_.pause;
    while (true) {
      const Nanoseconds now = monotonic_now();
      let_in(now - begin);
      handle_events();
      if (options_.manner == Manner::trickles && now >= next_trickle) {
        trickle();
        next_trickle = now + options_.pause;
      }
    }
  }

 private:
  enum class Stage { connecting, waiting, staying };

  void let_in(Nanoseconds since) {
    const auto due = options_.per_second == 0
                         ? options_.count
                         : static_cast<int>(to_seconds(since) * options_.per_second);
    while (started_ < std::min(due, options_.count) && on_the_way_ < most_on_the_way) start_one();
  }

  void start_one() {
    ++started_;
    auto fd = make_socket(options_.family, SOCK_NONBLOCK);
    if (!fd.ok() ||
        (connect(fd->get(), target_.get(), target_.size) != 0 && errno != EINPROGRESS)) {
      ++numbers_.lost;
      return;
    }
    watch(fd->get(), EPOLL_CTL_ADD, EPOLLOUT);
    const int number = fd->release();  // held until this process ends, or the server closes it
    stages_[number] = Stage::connecting;
    ++on_the_way_;
  }

  void watch(int fd, int operation, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    epoll_ctl(epoll_.get(), operation, fd, &event);
  }

  void handle_events() {
    epoll_event events[visitor_events];
    const int count = epoll_wait(epoll_.get(), events, visitor_events, wait_ms);
    for (int i = 0; i < count; ++i) handle(events[i].data.fd);
  }

  void handle(int fd) {
    Stage& stage = stages_[fd];
    if (stage == Stage::connecting) {
      const std::string_view words = first_words(options_.manner);
      if (send(fd, words.data(), words.size(), MSG_NOSIGNAL) < 0) return lose(fd);
      stage = Stage::waiting;
      watch(fd, EPOLL_CTL_MOD, EPOLLIN);
      if (options_.manner == Manner::trickles) arrive(stage);
      return;
    }
    char buffer[4096];
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EAGAIN) return;
    const bool ended_as_wanted = n == 0 && options_.manner == Manner::never_closes;
    if (n <= 0 && !ended_as_wanted) return lose(fd);
    if (ended_as_wanted) watch(fd, EPOLL_CTL_DEL, 0);
    if (stage == Stage::waiting && (ended_as_wanted || options_.manner == Manner::keeps_alive))
      arrive(stage);
  }

  void arrive(Stage& stage) {
    stage = Stage::staying;
    --on_the_way_;
    ++numbers_.staying;
  }

  void lose(int fd) {
    if (stages_[fd] == Stage::staying) {
      --numbers_.staying;
    } else {
      --on_the_way_;
    }
    ++numbers_.lost;
    stages_.erase(fd);
    close(fd);
  }

  void trickle() {
    for (const auto& [fd, stage] : stages_) {
      if (stage == Stage::staying)
        (void)!send(fd, one_more_line.data(), one_more_line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
  }

  const VisitorsOptions& options_;
  SocketAddress target_;
  Visitors::Numbers& numbers_;
  UniqueFd epoll_;
  std::unordered_map<int, Stage> stages_;
  int started_ = 0;
  int on_the_way_ = 0;
};

int run_group(const VisitorsOptions& options, Visitors::Numbers& numbers) {
  prctl(PR_SET_NAME, "weir-lab-guest");
  if (!enter_namespace(options.netns).ok()) return 1;
  const auto target = make_address(options.family, options.address, options.port);
  if (!target.ok()) return 1;
  Group(options, *target, numbers).stay();
}

}  // namespace

Result<Visitors> Visitors::invite(const VisitorsOptions& options) {
  WEIR_TRY(Shared<Numbers> numbers, Shared<Numbers>::create());
  Visitors visitors(std::move(numbers));
  const int groups = (options.count + group_size - 1) / group_size;
  for (int group = 0; group < groups; ++group) {
    VisitorsOptions own = options;
    own.count = options.count / groups + (group < options.count % groups ? 1 : 0);
    own.per_second = options.per_second == 0 ? 0 : std::max(1, options.per_second / groups);
    WEIR_TRY(ChildProcess child,
             fork_child([&](int) { return run_group(own, *visitors.numbers_); }));
    visitors.groups_.push_back(std::move(child));
  }
  return visitors;
}

Status Visitors::wait_for(std::int64_t wanted, Nanoseconds limit) const {
  const Nanoseconds end = monotonic_now() + limit;
  while (staying() < wanted) {
    if (monotonic_now() > end)
      return make_error(ErrorCode::busy, std::to_string(staying()) + " visitors stay, and " +
                                             std::to_string(lost()) + " are lost");
    sleep_for(milliseconds(10));
  }
  return {};
}

}  // namespace weir::lab
