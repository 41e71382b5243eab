#include "lab/outgoing.h"

#include <cerrno>
#include <deque>
#include <vector>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "lab/namespace.h"
#include "lab/socket.h"

namespace weir::lab {
namespace {

constexpr Nanoseconds opener_tick = milliseconds(5);

struct Attempt {
  UniqueFd fd;
  Nanoseconds started;
};

class Opener {
 public:
  Opener(const OutgoingOptions& options, const SocketAddress& target, Outgoing::Numbers& numbers)
      : options_(options), target_(target), numbers_(numbers) {}

  void run() {
    const Nanoseconds begin = monotonic_now();
    for (Nanoseconds now = begin; now - begin < options_.duration; now = monotonic_now()) {
      const auto due = static_cast<std::int64_t>(to_seconds(now - begin) * options_.per_second);
      for (; made_ < due; ++made_) {
        if (static_cast<int>(open_.size() + attempts_.size()) < options_.wanted) attempt(now);
      }
      settle(now);
      sleep_for(opener_tick);
    }
  }

 private:
  void attempt(Nanoseconds now) {
    auto fd = make_socket(options_.family, SOCK_NONBLOCK);
    if (!fd.ok()) {
      ++numbers_.failed;
      return;
    }
    if (connect(fd->get(), target_.get(), target_.size) != 0 && errno != EINPROGRESS) {
      ++(errno == EADDRNOTAVAIL ? numbers_.without_port : numbers_.failed);
      return;
    }
    attempts_.push_back({std::move(*fd), now});
  }

  /// Checks every attempt: connected, refused, or too old.
  void settle(Nanoseconds now) {
    std::deque<Attempt> still;
    for (auto& attempt : attempts_) {
      pollfd wanted{attempt.fd.get(), POLLOUT, 0};
      const bool done = poll(&wanted, 1, 0) > 0;
      if (done && (wanted.revents & (POLLERR | POLLHUP)) == 0) {
        open_.push_back(std::move(attempt.fd));
        ++numbers_.open;
      } else if (done) {
        ++numbers_.failed;
      } else if (now - attempt.started > options_.patience) {
        ++numbers_.timed_out;
      } else {
        still.push_back(std::move(attempt));
      }
    }
    attempts_ = std::move(still);
  }

  const OutgoingOptions& options_;
  SocketAddress target_;
  Outgoing::Numbers& numbers_;
  std::deque<Attempt> attempts_;
  std::vector<UniqueFd> open_;
  std::int64_t made_ = 0;
};

int run_outgoing(const OutgoingOptions& options, Outgoing::Numbers& numbers) {
  prctl(PR_SET_NAME, options.command.c_str());
  if (!enter_namespace(options.netns).ok()) return 1;
  const auto target = make_address(options.family, options.address, options.port);
  if (!target.ok()) return 1;
  Opener(options, *target, numbers).run();
  return 0;
}

}  // namespace

Result<Outgoing> Outgoing::start(const OutgoingOptions& options) {
  WEIR_TRY(Shared<Numbers> numbers, Shared<Numbers>::create());
  WEIR_TRY(ChildProcess child, fork_child([&](int) { return run_outgoing(options, *numbers); }));
  return Outgoing(std::move(numbers), std::move(child));
}

}  // namespace weir::lab
