// What counting sockets costs inside the kernel and by a dump, in a namespace with a hundred and with very many sockets: CPU time, the median of rounds in
// turns. Needs root and, for 200,000 sockets, about 1 GB of kernel memory. Usage: probe_cost [SOCKETS…]
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "kernel/linux/linux_kernel.h"
#include "kernel/wire/probe_records.h"
#include "lab/compare.h"
#include "lab/crowd.h"
#include "lab/namespace.h"

namespace {

using weir::lab::Namespace;

constexpr int rounds = 11;
constexpr int repetitions = 20;  ///< of what is far below the clock's step

double cpu_ms() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto ms = [](const timeval& time) { return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3; };
  return ms(use.ru_utime) + ms(use.ru_stime);
}

/// One way to ask, with the CPU time of each round in nanoseconds, or why the kernel refuses it.
struct Subject {
  std::string name;
  std::function<weir::Result<double>()> run;  ///< milliseconds
  std::vector<std::int64_t> spent = {};
  std::string refused = {};
};

weir::Result<double> timed(const std::function<weir::Status()>& body, int times) {
  const double begin = cpu_ms();
  for (int i = 0; i < times; ++i) WEIR_CHECK(body());
  return (cpu_ms() - begin) / times;
}

weir::Status count(weir::kernel::Probes& probes) {
  weir::wire::ByteBuffer bytes;
  WEIR_CHECK(probes.count_sockets([&](std::span<const std::byte> piece) { bytes.insert(bytes.end(), piece.begin(), piece.end()); }));
  WEIR_TRY(const auto counts, weir::wire::parse_socket_counts(bytes));
  return counts.states[weir::wire::TcpState::listen] > 0 ? weir::Status{} : weir::make_error(weir::ErrorCode::io, "nothing was counted");
}

weir::Status read_listeners(weir::kernel::Probes& probes) {
  weir::wire::ByteBuffer bytes;
  WEIR_CHECK(probes.read_listeners([&](std::span<const std::byte> piece) { bytes.insert(bytes.end(), piece.begin(), piece.end()); }));
  WEIR_TRY(const auto listeners, weir::wire::parse_listener_probes(bytes));
  return !listeners.empty() ? weir::Status{} : weir::make_error(weir::ErrorCode::io, "no listener was read");
}

weir::Status dump(weir::kernel::Netlink& netlink, std::uint32_t states) {
  weir::wire::DiagRequest request;
  request.states = states;
  weir::wire::StateCounts counts;
  WEIR_CHECK(netlink.dump(weir::wire::protocol_sock_diag, weir::wire::build_diag_request(request), [&](std::span<const std::byte> datagram) {
    static_cast<void>(weir::wire::parse_diag_datagram(datagram, [&](const weir::wire::DiagSocket& socket) { ++counts[socket.state]; }).ok());
  }));
  return counts[weir::wire::TcpState::listen] > 0 ? weir::Status{} : weir::make_error(weir::ErrorCode::io, "the dump had no listener");
}

weir::Result<double> command(const std::string& line, const Namespace& place) {
  weir::lab::CommandOptions options;
  options.netns = place.name();
  WEIR_TRY(const auto done, weir::lab::run_command({"sh", "-c", line}, options));
  return weir::to_seconds(done.use.cpu) * 1e3;
}

std::vector<Subject> subjects(weir::kernel::Kernel kernel, const Namespace& place, int times) {
  using weir::wire::state_bit;
  using weir::wire::TcpState;
  constexpr std::uint32_t all = (state_bit(TcpState::closing) << 1U) - 2;
  const auto reload = [kernel]() -> weir::Status {
    kernel.probes.close();
    return kernel.probes.open({});
  };
  const auto first_read = [kernel]() -> weir::Result<double> {
    kernel.probes.close();
    WEIR_CHECK(kernel.probes.open({}));
    return timed([&] { return read_listeners(kernel.probes); }, 1);
  };
  return {
      {"probes: open()", [=] { return timed(reload, times); }},
      {"probes: first read_listeners(), tags", first_read},
      {"probes: read_listeners()", [=] { return timed([&] { return read_listeners(kernel.probes); }, repetitions); }},
      {"probes: count_sockets()", [=] { return timed([&] { return count(kernel.probes); }, times); }},
      {"inet_diag, all states", [=] { return timed([&] { return dump(kernel.netlink, all); }, times); }},
      {"inet_diag, LISTEN", [=] { return timed([&] { return dump(kernel.netlink, state_bit(TcpState::listen)); }, repetitions); }},
      {"inet_diag, all but ESTABLISHED", [=] { return timed([&] { return dump(kernel.netlink, all & ~state_bit(TcpState::established)); }, times); }},
      {"ss -tan | awk", [&place] { return command("ss -tan | awk '{ n[$1]++ } END { for (s in n) print s, n[s] }'", place); }},
      {"ss -s", [&place] { return command("ss -s", place); }},
  };
}

weir::Status measure(int sockets) {
  WEIR_TRY(const auto place, Namespace::create());
  WEIR_TRY(const auto crowd, weir::lab::Crowd::gather(place, sockets / 2));
  WEIR_TRY(const auto kernel, weir::kernel::LinuxKernel::open_netns(place.name()));
  constexpr int many = 10'000;
  auto all = subjects(kernel->kernel(), place, sockets < many ? repetitions : 1);
  for (int round = 0; round < rounds; ++round) {
    for (auto& subject : all) {
      if (!subject.refused.empty()) continue;
      const auto spent = subject.run();
      if (spent.ok()) {
        subject.spent.push_back(static_cast<std::int64_t>(*spent * 1e6));
      } else if (spent.error().code == weir::ErrorCode::not_permitted || spent.error().code == weir::ErrorCode::unsupported) {
        subject.refused = spent.error().message;
      } else {
        return spent.error();
      }
    }
  }
  std::printf("%d sockets, median of %d rounds in turns\n", sockets, rounds);
  for (const auto& subject : all) {
    if (subject.refused.empty()) {
      std::printf("  %-40s %10.3f ms CPU\n", subject.name.c_str(), static_cast<double>(weir::lab::median(subject.spent)) / 1e6);
    } else {
      std::printf("  %-40s %s\n", subject.name.c_str(), subject.refused.c_str());
    }
  }
  return {};
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<int> sizes;
  for (int i = 1; i < count; ++i) sizes.push_back(std::atoi(arguments[i]));
  if (sizes.empty()) sizes = {100, 200'000};
  for (const int size : sizes) {
    if (const auto status = measure(size); !status.ok()) {
      std::fprintf(stderr, "%s\n", status.error().message.c_str());
      return 1;
    }
  }
  return 0;
}
