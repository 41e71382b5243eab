#include "lab/load.h"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <string_view>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "lab/namespace.h"
#include "lab/socket.h"

namespace weir::lab {
namespace {

constexpr std::string_view request_text = "GET / HTTP/1.0\r\n\r\n";
constexpr Nanoseconds load_margin = seconds(5);
constexpr int load_events = 256;

struct Client {
  UniqueFd fd;
  Nanoseconds started;
  bool connected = false;
};

/// The clients of one load: all their state, driven by epoll.
class Clients {
 public:
  Clients(const LoadOptions& options, SocketAddress target, const std::atomic<bool>& ended)
      : options_(options), target_(target), ended_(ended), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

  LoadResult run() {
    const Nanoseconds begin = monotonic_now();
    const Nanoseconds last_start = begin + options_.duration;
    Nanoseconds next = begin;
    while (true) {
      const Nanoseconds now = monotonic_now();
      const bool starting = now < last_start && !ended_;
      if (!starting && open_ == 0) break;
      if (starting && now >= next) {
        start_burst();
        next = next + options_.interval;
      }
      drop_impatient(now);
      handle_events(starting ? next : now + milliseconds(20));
    }
    std::sort(result_.connect_ns.begin(), result_.connect_ns.end());
    std::sort(result_.answer_ns.begin(), result_.answer_ns.end());
    return std::move(result_);
  }

 private:
  void start_burst() {
    if (open_ + options_.burst > options_.max_open) {
      result_.left_out += options_.burst;
      return;
    }
    for (int i = 0; i < options_.burst; ++i) start_client();
  }

  void start_client() {
    auto fd = make_socket(options_.family, SOCK_NONBLOCK);
    ++result_.started;
    if (!fd.ok()) {
      ++result_.failed;
      return;
    }
    const Nanoseconds now = monotonic_now();
    if (connect(fd->get(), target_.get(), target_.size) != 0 && errno != EINPROGRESS) {
      ++result_.failed;
      return;
    }
    const auto slot = static_cast<std::size_t>(fd->get());
    if (clients_.size() <= slot) clients_.resize(slot + 1);
    epoll_event event{};
    event.events = EPOLLOUT | EPOLLIN;
    event.data.fd = fd->get();
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd->get(), &event);
    clients_[slot] = Client{std::move(*fd), now, false};
    by_age_.push_back({static_cast<int>(slot), now});
    ++open_;
  }

  void handle_events(Nanoseconds until) {
    const std::int64_t left = (until - monotonic_now()).count / nanoseconds_per_millisecond;
    epoll_event events[load_events];
    const int count = epoll_wait(epoll_.get(), events, load_events,
                                 static_cast<int>(std::clamp<std::int64_t>(left, 0, 20)));
    for (int i = 0; i < count; ++i)
      handle(clients_[static_cast<std::size_t>(events[i].data.fd)], events[i].events);
  }

  void handle(Client& client, std::uint32_t events) {
    const std::int64_t age = (monotonic_now() - client.started).count;
    if (!client.connected) {
      int error = 0;
      socklen_t size = sizeof error;
      getsockopt(client.fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
      if (error != 0) return lose(client);
      if ((events & EPOLLOUT) == 0) return;
      client.connected = true;
      ++result_.connected;
      result_.connect_ns.push_back(age);
      if (options_.sends_request)
        (void)!send(client.fd.get(), request_text.data(), request_text.size(), MSG_NOSIGNAL);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.fd = client.fd.get();
      epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, client.fd.get(), &event);
      return;
    }
    char buffer[4096];
    if (read(client.fd.get(), buffer, sizeof buffer) <= 0) return lose(client);
    ++result_.answered;
    result_.answer_ns.push_back(age);
    end(client);
  }

  void lose(Client& client) {
    ++result_.failed;
    end(client);
  }

  void end(Client& client) {
    client.fd = UniqueFd();
    --open_;
  }

  void drop_impatient(Nanoseconds now) {
    while (!by_age_.empty() && now - by_age_.front().started > options_.patience) {
      Client& client = clients_[static_cast<std::size_t>(by_age_.front().slot)];
      if (client.fd.valid() && client.started == by_age_.front().started) {
        if (options_.sends_request) ++result_.failed;
        end(client);
      }
      by_age_.pop_front();
    }
  }

  struct Started {
    int slot = 0;
    Nanoseconds started;
  };

  const LoadOptions& options_;
  SocketAddress target_;
  const std::atomic<bool>& ended_;
  UniqueFd epoll_;
  std::vector<Client> clients_;  ///< by descriptor
  std::deque<Started> by_age_;
  int open_ = 0;
  LoadResult result_;
};

void append(std::string& text, const std::vector<std::int64_t>& numbers) {
  for (const std::int64_t number : numbers) text += std::to_string(number) + " ";
  text += "\n";
}

std::string encode(const LoadResult& result) {
  std::string text;
  append(text, {result.started, result.left_out, result.connected, result.answered, result.failed});
  append(text, result.connect_ns);
  append(text, result.answer_ns);
  return text;
}

std::vector<std::int64_t> numbers_of(std::string_view line) {
  std::vector<std::int64_t> numbers;
  for (const auto word : split_words(line)) numbers.push_back(parse_integer(word).value_or(0));
  return numbers;
}

Result<LoadResult> decode(const std::string& text) {
  const auto lines = split(text, '\n');
  if (lines.size() != 4)
    return make_error(ErrorCode::gone, "the load ended without a result: " + text.substr(0, 200));
  const auto counts = numbers_of(lines[0]);
  if (counts.size() != 5)
    return make_error(ErrorCode::malformed, "the load's result has no counts");
  LoadResult result;
  result.started = counts[0];
  result.left_out = counts[1];
  result.connected = counts[2];
  result.answered = counts[3];
  result.failed = counts[4];
  result.connect_ns = numbers_of(lines[1]);
  result.answer_ns = numbers_of(lines[2]);
  return result;
}

int run_load(int report, const LoadOptions& options, const std::atomic<bool>& ended) {
  if (!options.netns.empty()) {
    if (const auto entered = enter_namespace(options.netns); !entered.ok()) {
      write_all(report, entered.error().message);
      return 1;
    }
  }
  const auto target = make_address(options.family, options.address, options.port);
  if (!target.ok()) {
    write_all(report, target.error().message);
    return 1;
  }
  write_all(report, encode(Clients(options, *target, ended).run()));
  return 0;
}

}  // namespace

std::int64_t count_longer(const std::vector<std::int64_t>& times, Nanoseconds limit) {
  return std::distance(std::upper_bound(times.begin(), times.end(), limit.count), times.end());
}

Nanoseconds quantile(const std::vector<std::int64_t>& times, double q) {
  if (times.empty()) return {0};
  const auto last = static_cast<double>(times.size() - 1);
  return {times[static_cast<std::size_t>(last * std::clamp(q, 0.0, 1.0))]};
}

Result<Load> Load::start(const LoadOptions& options) {
  WEIR_TRY(Shared<std::atomic<bool>> ended, Shared<std::atomic<bool>>::create());
  WEIR_TRY(ChildProcess child,
           fork_child([&](int report) { return run_load(report, options, *ended); }));
  return Load(std::move(ended), std::move(child),
              options.duration + options.patience + load_margin);
}

Result<LoadResult> Load::finish() {
  WEIR_TRY(const std::string text, child_.read_report(limit_).with_context("the load"));
  child_.stop(SIGKILL, seconds(1));
  return decode(text);
}

}  // namespace weir::lab
