#include "kernel/fake/fake_kernel.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "kernel/fake/fake_ethtool.h"
#include "kernel/fake/fake_netlink.h"
#include "kernel/fake/fake_sysctl.h"

namespace weir::kernel {
namespace {

constexpr std::string_view somaxconn_path = "/proc/sys/net/core/somaxconn";

/// The names directly below a folder, from an ordered map or set of paths.
template <class Paths, class PathOf>
void collect_children(const Paths& paths, const std::string& folder, const PathOf& path_of,
                      std::set<std::string>& names) {
  const std::string prefix = folder.ends_with('/') ? folder : folder + "/";
  for (auto it = paths.lower_bound(prefix); it != paths.end() && path_of(*it).starts_with(prefix);
       ++it) {
    const std::string rest = path_of(*it).substr(prefix.size());
    names.insert(rest.substr(0, rest.find('/')));
  }
}

/// The path as the fake knows it: a thread's own view of /proc/net and namespaces is its process's
/// view.
std::string canonical(const std::string& path) {
  constexpr std::string_view thread_net = "/proc/thread-self/net/";
  if (path.starts_with(thread_net)) return "/proc/net/" + path.substr(thread_net.size());
  return path;
}

Error missing(const std::string& path) {
  return make_error(ErrorCode::not_found, path + " does not exist");
}

}  // namespace

class FakeFiles final : public Files {
 public:
  explicit FakeFiles(FakeState& state) : state_(state) {}

  Status read(const std::string& asked, std::size_t limit, const ByteVisitor& visitor) override {
    const std::string path = canonical(asked);
    if (on_read) on_read(path);
    WEIR_CHECK(check(path));
    const auto file = state_.files.find(path);
    if (file == state_.files.end()) {
      if (!children(path).empty()) return make_error(ErrorCode::unsupported, path + " is a folder");
      return missing(path);
    }
    if (file->second.size() > limit)
      return make_error(ErrorCode::malformed,
                        path + " is longer than " + std::to_string(limit) + " bytes");
    // In two pieces, as a kernel may do: a reader that takes each piece for a whole file would
    // fail.
    const auto bytes = std::as_bytes(std::span(file->second));
    const std::size_t half = bytes.size() / 2;
    if (half > 0) visitor(bytes.first(half));
    if (bytes.size() > half) visitor(bytes.subspan(half));
    return {};
  }

  Result<std::vector<std::string>> list(const std::string& asked) override {
    const std::string path = canonical(asked);
    WEIR_CHECK(check(path));
    const auto names = children(path);
    if (names.empty() && state_.folders.count(path) == 0) return missing(path);
    return std::vector<std::string>(names.begin(), names.end());
  }

  Result<std::vector<std::string>> list_first(const std::string& path, std::size_t limit) override {
    WEIR_TRY(auto names, list(path));
    std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
      return std::pair(a.size(), a) < std::pair(b.size(), b);
    });
    names.resize(std::min(names.size(), limit));
    return names;
  }

  Result<std::int64_t> count(const std::string& path) override {
    WEIR_TRY(const auto names, list(path));
    return static_cast<std::int64_t>(names.size());
  }

  Result<std::string> read_link(const std::string& path) override {
    WEIR_CHECK(check(path));
    const auto link = state_.links.find(path);
    if (link == state_.links.end()) return missing(path);
    return link->second;
  }

  Status write(const std::string& path, std::string_view bytes) override {
    return act({path, std::string(bytes)}, [&]() -> Status {
      WEIR_CHECK(check(path));
      const auto file = state_.files.find(path);
      if (file == state_.files.end()) return missing(path);
      // The kernel prints its own form: words separated by tabs, a newline at the end.
      std::string text;
      for (const auto word : split_words(bytes)) {
        if (!text.empty()) text += '\t';
        text += word;
      }
      text += '\n';
      if (path.starts_with("/proc/sys/")) return write_sysctl(state_, path, text);
      file->second = text;
      return {};
    });
  }

  Status write_atomically(const std::string& path, std::string_view bytes) override {
    return act({path, std::string(bytes)}, [&]() -> Status {
      WEIR_CHECK(check(path));
      state_.links.erase(path);
      state_.files[path] = bytes;
      return {};
    });
  }

  Status remove(const std::string& path) override {
    return act({path, ""}, [&]() -> Status {
      WEIR_CHECK(check(path));
      return state_.files.erase(path) + state_.links.erase(path) == 0 ? Status(missing(path))
                                                                      : Status();
    });
  }

  /// Journals a write, lets it fail if its turn has come, and calls the hook around it.
  template <class Effect>
  Status act(FakeWrite write, const Effect& effect) {
    if (on_write) on_write(FakeKernel::Moment::before, write);
    Status status;
    if (fail_in > 0 && --fail_in == 0) {
      status = failure;
    } else {
      status = effect();
    }
    write.done = status.ok();
    journal.push_back(write);
    if (on_write) on_write(FakeKernel::Moment::after, write);
    return status;
  }

  [[nodiscard]] bool has_folder(const std::string& path) const {
    return !children(path).empty() || state_.folders.count(path) != 0;
  }

  std::vector<FakeWrite> journal;
  std::int64_t fail_in = 0;
  Error failure;
  std::function<void(FakeKernel::Moment, const FakeWrite&)> on_write;
  std::function<void(const std::string&)> on_read;

 private:
  [[nodiscard]] Status check(const std::string& path) const {
    const auto failed = state_.failures.find(path);
    return failed == state_.failures.end() ? Status{} : Status{failed->second};
  }

  [[nodiscard]] std::set<std::string> children(const std::string& folder) const {
    std::set<std::string> names;
    const auto key = [](const auto& entry) -> const std::string& { return entry.first; };
    const auto self = [](const std::string& path) -> const std::string& { return path; };
    collect_children(state_.files, folder, key, names);
    collect_children(state_.links, folder, key, names);
    collect_children(state_.folders, folder, self, names);
    return names;
  }

  FakeState& state_;
};

class FakeNetlink final : public Netlink {
 public:
  FakeNetlink(FakeState& state, FakeFiles& files) : state_(state), files_(files) {}

  Status dump_some(int protocol, std::span<const std::byte> request,
                   const ByteSampler& sampler) override {
    if (const auto failed = state_.netlink_failures.find(protocol);
        failed != state_.netlink_failures.end())
      return failed->second;
    WEIR_TRY(const auto datagrams, make_answer(state_, protocol, request));
    for (const auto& datagram : datagrams) {
      if (!sampler(datagram)) break;
    }
    return {};
  }

  Status change(int protocol, std::span<const std::byte> request) override {
    WEIR_TRY(FakeChange change, parse_change(protocol, request));
    return files_.act({change.target, change.value}, [&]() -> Status {
      if (const auto failed = state_.netlink_failures.find(protocol);
          failed != state_.netlink_failures.end())
        return failed->second;
      return change.effect(state_);
    });
  }

  Result<std::uint64_t> namespace_cookie() override {
    if (!state_.namespace_cookie)
      return make_error(ErrorCode::unsupported, "this kernel has no SO_NETNS_COOKIE");
    return *state_.namespace_cookie;
  }

 private:
  FakeState& state_;
  FakeFiles& files_;
};

class FakeLimits final : public Limits {
 public:
  FakeLimits(FakeLimitTable& table, FakeFiles& files) : table_(table), files_(files) {}

  Result<FileLimit> read_file_limit(std::int64_t pid) override {
    const auto found = table_.file_limits.find(pid);
    if (found == table_.file_limits.end())
      return make_error(ErrorCode::gone, "process " + std::to_string(pid) + " no longer exists");
    return found->second;
  }

  Status set_file_limit(std::int64_t pid, const FileLimit& limit) override {
    const auto show = [](const std::optional<std::uint64_t>& value) {
      return value ? std::to_string(*value) : std::string("unlimited");
    };
    return files_.act(
        {"limit:" + std::to_string(pid), show(limit.soft) + " " + show(limit.hard)},
        [&]() -> Status {
          WEIR_TRY(const FileLimit old, read_file_limit(pid));
          // do_prlimit() of kernel/sys.c; a fake has fs.nr_open only if a test sets it.
          if (limit.soft.value_or(UINT64_MAX) > limit.hard.value_or(UINT64_MAX))
            return make_error(ErrorCode::wrong_use, "cannot change the limits: Invalid argument");
          const bool rises = limit.hard.value_or(UINT64_MAX) > old.hard.value_or(UINT64_MAX);
          if (rises && !table_.may_raise_limits)
            return make_error(ErrorCode::not_permitted,
                              "cannot change the limits: Operation not permitted");
          table_.file_limits[pid] = limit;
          return {};
        });
  }

 private:
  FakeLimitTable& table_;
  FakeFiles& files_;
};

class FakeSockets final : public Sockets {
 public:
  FakeSockets(FakeState& state, FakeFiles& files) : state_(state), files_(files) {}

  Status set_backlog(const Owner& owner, std::uint64_t cookie, std::int64_t backlog) override {
    return files_.act(
        {"listener:" + std::to_string(cookie), std::to_string(backlog)}, [&]() -> Status {
          const auto held = std::find_if(
              state_.listeners.begin(), state_.listeners.end(), [&](const Listener& listener) {
                return std::find(listener.owners.begin(), listener.owners.end(), owner) !=
                       listener.owners.end();
              });
          const std::string name =
              "process " + std::to_string(owner.pid) + ", descriptor " + std::to_string(owner.fd);
          if (held == state_.listeners.end())
            return make_error(ErrorCode::gone, name + " no longer exists");
          if (held->cookie != cookie)
            return make_error(ErrorCode::conflict, name + " is another socket now");
          held->backlog = clamp(backlog);
          return {};
        });
  }

 private:
  /// As __sys_listen() does: the backlog is unsigned and at most somaxconn.
  [[nodiscard]] std::int64_t clamp(std::int64_t backlog) const {
    const auto file = state_.files.find(std::string(somaxconn_path));
    const auto somaxconn =
        file == state_.files.end() ? std::nullopt : parse_integer(trim(file->second));
    if (!somaxconn) return backlog;
    return backlog < 0 ? *somaxconn : std::min(backlog, *somaxconn);
  }

  FakeState& state_;
  FakeFiles& files_;
};

class FakeClock final : public Clock {
 public:
  explicit FakeClock(FakeState& state) : state_(state) {}

  Nanoseconds boot_time() override { return state_.boot_time; }
  Nanoseconds wall_time() override { return state_.wall_time; }

  bool sleep_until(Nanoseconds until) override {
    while (!changes.empty() && changes.begin()->first <= until &&
           (!interrupt || changes.begin()->first <= *interrupt)) {
      auto change = std::move(changes.begin()->second);
      advance(changes.begin()->first);
      changes.erase(changes.begin());
      change(state_);
    }
    if (interrupt && *interrupt < until) {
      advance(*interrupt);
      interrupt.reset();
      return false;
    }
    advance(until);
    return true;
  }

  std::multimap<Nanoseconds, std::function<void(FakeState&)>> changes;
  std::optional<Nanoseconds> interrupt;

 private:
  void advance(Nanoseconds until) {
    if (until <= state_.boot_time) return;
    state_.wall_time = state_.wall_time + (until - state_.boot_time);
    state_.boot_time = until;
  }

  FakeState& state_;
};

struct FakeKernel::Parts {
  FakeState state;
  FakeFiles files{state};
  FakeNetlink netlink{state, files};
  FakeSockets sockets{state, files};
  FakeClock clock{state};
  FakeProbes probes{state.probes};
  FakeEthtool ethtool{state, state, [this](FakeWrite write, const std::function<Status()>& effect) {
                        return files.act(std::move(write), effect);
                      }};
  FakeLimits limits{state, files};
};

FakeKernel::FakeKernel() : parts_(std::make_unique<Parts>()) {}
FakeKernel::~FakeKernel() = default;

Kernel FakeKernel::kernel() {
  return {parts_->files,  parts_->netlink, parts_->sockets, parts_->clock,
          parts_->probes, parts_->ethtool, parts_->limits};
}
FakeState& FakeKernel::state() { return parts_->state; }

void FakeKernel::at(Nanoseconds boot_time, std::function<void(FakeState&)> change) {
  parts_->clock.changes.emplace(boot_time, std::move(change));
}
void FakeKernel::interrupt_at(Nanoseconds boot_time) { parts_->clock.interrupt = boot_time; }

const std::vector<FakeWrite>& FakeKernel::writes() const { return parts_->files.journal; }
void FakeKernel::fail_write(std::int64_t n, Error error) {
  parts_->files.fail_in = n;
  parts_->files.failure = std::move(error);
}
void FakeKernel::on_write(std::function<void(Moment, const FakeWrite&)> hook) {
  parts_->files.on_write = std::move(hook);
}
void FakeKernel::on_read(std::function<void(const std::string&)> hook) {
  parts_->files.on_read = std::move(hook);
}

}  // namespace weir::kernel
