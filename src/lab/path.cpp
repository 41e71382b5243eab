#include "lab/path.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace weir::lab {
namespace {

// packets read from one side before the other side's turn
constexpr int turn = 64;
constexpr Nanoseconds longest_sleep = seconds(1);  // while no packet is on its way
// packets that the device holds while the carrier does not run: 600 ms of 200 Mbit/s
constexpr const char* device_queue = "10000";
// struct virtio_net_hdr; <linux/virtio_net.h> is not valid C++: it names a member "class"
constexpr std::size_t virtio_header = 10;
constexpr int client_end = 0;
constexpr int server_end = 1;

/// Opens a TUN device for raw IP packets in the named namespace. An uncut packet follows a
/// virtio_net_hdr that says how to cut it, with the same layout for reading and writing
/// (drivers/net/tun.c). The calling thread stays in that namespace.
Result<UniqueFd> open_tun(const std::string& netns, bool uncut) {
  WEIR_CHECK(enter_namespace(netns));
  UniqueFd fd(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!fd.valid()) return make_error(ErrorCode::io, "/dev/net/tun: " + last_error());
  ifreq request{};
  request.ifr_flags = static_cast<short>(IFF_TUN | IFF_NO_PI | (uncut ? IFF_VNET_HDR : 0));
  std::strncpy(request.ifr_name, link_name, IFNAMSIZ - 1);
  if (ioctl(fd.get(), TUNSETIFF, &request) != 0)
    return make_error(ErrorCode::io, std::string("TUN device ") + link_name + ": " + last_error());
  constexpr unsigned long offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
  if (uncut && ioctl(fd.get(), TUNSETOFFLOAD, offloads) != 0)
    return make_error(ErrorCode::io, std::string("offloads of ") + link_name + ": " + last_error());
  return fd;
}

/// One direction: reads at one end, writes at the other.
class Direction {
 public:
  Direction(const LineOptions& options, int from, int to,
            std::array<std::atomic<std::int64_t>, fates>& counts)
      : line_(options), from_(from), to_(to), counts_(counts) {}

  /// Reads the packets that have arrived, one batch at most. Returns whether it read any.
  bool take_in() {
    int taken = 0;
    while (taken < turn && line_.has_room()) {
      const ssize_t size = read(from_, line_.next_slot(), DelayLine::slot_size);
      if (size <= 0) break;
      const Fate fate = line_.take(static_cast<std::size_t>(size), monotonic_now());
      counts_[static_cast<std::size_t>(fate)].fetch_add(1, std::memory_order_relaxed);
      ++taken;
    }
    return taken > 0;
  }

  /// Writes the packets that are due. The kernel takes a packet at once, up to the receiving
  /// socket, so no write has to wait for room.
  void give_out() {
    if (line_.empty()) return;
    const Nanoseconds now = monotonic_now();
    while (!line_.empty() && line_.next_due() <= now) {
      const auto packet = line_.oldest();
      (void)!write(to_, packet.data, packet.size);
      line_.drop_oldest();
    }
  }

  [[nodiscard]] Nanoseconds next_due(Nanoseconds otherwise) const {
    return line_.empty() ? otherwise : line_.next_due();
  }
  [[nodiscard]] bool has_room() const { return line_.has_room(); }
  [[nodiscard]] int from() const { return from_; }

 private:
  DelayLine line_;
  int from_;
  int to_;
  std::array<std::atomic<std::int64_t>, fates>& counts_;
};

void wait_for_work(const Direction& one, const Direction& other) {
  pollfd wanted[2] = {{one.from(), static_cast<short>(one.has_room() ? POLLIN : 0), 0},
                      {other.from(), static_cast<short>(other.has_room() ? POLLIN : 0), 0}};
  const Nanoseconds now = monotonic_now();
  const Nanoseconds due =
      std::min(one.next_due(now + longest_sleep), other.next_due(now + longest_sleep));
  const std::int64_t left = std::max<std::int64_t>(0, (due - now).count);
  const timespec limit{left / nanoseconds_per_second, left % nanoseconds_per_second};
  ppoll(wanted, 2, &limit, nullptr);
}

[[noreturn]] void carry(Direction& one, Direction& other) {
  while (true) {
    const bool busy_one = one.take_in();
    const bool busy_other = other.take_in();
    one.give_out();
    other.give_out();
    if (!busy_one && !busy_other) wait_for_work(one, other);
  }
}

int run_carrier(int report, const std::string& client, const std::string& server,
                const PathOptions& options, Path::Counters& counters) {
  prctl(PR_SET_NAME, "weir-lab-path");
  prctl(PR_SET_TIMERSLACK, 1);  // the default of 50 µs would make the delay imprecise
  const auto at_client = open_tun(client, options.uncut);
  const auto at_server = open_tun(server, options.uncut);
  for (const auto* end : {&at_client, &at_server}) {
    if (end->ok()) continue;
    write_all(report, end->error().message + "\n");
    return 1;
  }
  const auto line = [&](LineOptions wanted) {
    wanted.preamble = options.uncut ? virtio_header : 0;
    return wanted;
  };
  Direction to_server(line(options.to_server), at_client->get(), at_server->get(),
                      counters.by_fate[server_end]);
  Direction to_client(line(options.to_client), at_server->get(), at_client->get(),
                      counters.by_fate[client_end]);
  write_all(report, "ready\n");
  carry(to_server, to_client);
}

LineCounts counts_of(const std::array<std::atomic<std::int64_t>, fates>& by_fate) {
  const auto count = [&](Fate fate) { return by_fate[static_cast<std::size_t>(fate)].load(); };
  return {count(Fate::carried), count(Fate::lost), count(Fate::queue_full), count(Fate::too_long),
          count(Fate::silenced)};
}

}  // namespace

PathOptions long_path(Nanoseconds round_trip) {
  PathOptions options;
  options.to_server.delay = {round_trip.count / 2};
  options.to_client.delay = options.to_server.delay;
  options.to_client.seed = options.to_server.seed + 1;
  return options;
}

Result<Path> Path::join(const Namespace& client, const Namespace& server,
                        const PathOptions& options) {
  WEIR_TRY(Shared<Counters> counters, Shared<Counters>::create());
  const auto body = [&](int report) {
    return run_carrier(report, client.name(), server.name(), options, *counters);
  };
  WEIR_TRY(ChildProcess carrier, fork_child(body));
  WEIR_TRY(const std::string said, carrier.read_report_line(start_limit).with_context("the path"));
  if (said != "ready") return make_error(ErrorCode::io, "the path did not start: " + said);
  for (const auto* end : {&client, &server})
    WEIR_CHECK(run_ip({"link", "set", link_name, "txqueuelen", device_queue}, end->name()));
  return Path(std::move(counters), std::move(carrier));
}

LineCounts Path::to_server() const { return counts_of(counters_->by_fate[server_end]); }
LineCounts Path::to_client() const { return counts_of(counters_->by_fate[client_end]); }

Result<PathNetwork> create_path(const PathOptions& options) {
  WEIR_TRY(Namespace client, Namespace::create());
  WEIR_TRY(Namespace server, Namespace::create());
  WEIR_TRY(Path path, Path::join(client, server, options));
  WEIR_CHECK(address_link(client, server));
  return PathNetwork{{std::move(client), std::move(server)}, std::move(path)};
}

}  // namespace weir::lab
