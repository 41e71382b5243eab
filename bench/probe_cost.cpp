// Measures the cost of counting sockets, inside the kernel and by a dump, in a namespace with a
// hundred and with very many sockets. The number is CPU time: the median of rounds in turns. Needs
// root and, for 200,000 sockets, about 1 GB of kernel memory. Usage: probe_cost [SOCKETS…]
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
constexpr int repetitions = 20;  ///< of a call that takes far less than the clock's step

double cpu_ms() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return ms(use.ru_utime) + ms(use.ru_stime);
}

/// One way to ask, with the CPU time of each round in nanoseconds.
struct Subject {
  std::string name;
  std::function<weir::Result<double>()> run;  ///< milliseconds
  std::vector<std::int64_t> spent;
  std::string refused;  ///< why this kernel does not allow the measurement
};

weir::Result<double> timed(const std::function<weir::Status()>& body, int times) {
  const double begin = cpu_ms();
  for (int i = 0; i < times; ++i) WEIR_CHECK(body());
  return (cpu_ms() - begin) / times;
}

weir::Status count(weir::kernel::Probes& probes) {
  weir::wire::ByteBuffer bytes;
  WEIR_CHECK(probes.count_sockets({}, [&](std::span<const std::byte> piece) {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
  }));
  WEIR_TRY(const auto counts, weir::wire::parse_socket_counts(bytes));
  return counts.states[weir::wire::TcpState::listen] > 0
             ? weir::Status{}
             : weir::make_error(weir::ErrorCode::io, "nothing was counted");
}

weir::Status read_listeners(weir::kernel::Probes& probes, std::size_t listeners) {
  weir::wire::ByteBuffer bytes;
  WEIR_CHECK(probes.read_listeners(listeners, [&](std::span<const std::byte> piece) {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
  }));
  WEIR_TRY(const auto read, weir::wire::parse_listener_probes(bytes));
  return read.size() == listeners
             ? weir::Status{}
             : weir::make_error(weir::ErrorCode::io, "not every listener was read");
}

weir::Result<std::int64_t> dump(weir::kernel::Netlink& netlink, std::uint32_t states) {
  weir::wire::DiagRequest request;
  request.states = states;
  weir::wire::StateCounts counts;
  WEIR_CHECK(netlink.dump(
      weir::wire::protocol_sock_diag, weir::wire::build_diag_request(request),
      [&](std::span<const std::byte> datagram) {
        static_cast<void>(
            weir::wire::parse_diag_datagram(datagram, [&](const weir::wire::DiagSocket& socket) {
              ++counts[socket.state];
            }).ok());
      }));
  const auto listeners = counts[weir::wire::TcpState::listen];
  return listeners > 0 ? weir::Result(listeners)
                       : weir::make_error(weir::ErrorCode::io, "the dump had no listener");
}

weir::Result<double> timed_dump(weir::kernel::Netlink& netlink, std::uint32_t states, int times) {
  return timed(
      [&]() -> weir::Status {
        WEIR_CHECK(dump(netlink, states));
        return {};
      },
      times);
}

weir::Result<double> command(const std::string& line, const Namespace& place) {
  weir::lab::CommandOptions options;
  options.netns = place.name();
  WEIR_TRY(const auto done, weir::lab::run_command({"sh", "-c", line}, options));
  return weir::to_seconds(done.use.cpu) * 1e3;
}

std::vector<Subject> subjects(weir::kernel::Kernel kernel, const Namespace& place,
                              std::size_t listeners, int times) {
  using weir::wire::state_bit;
  using weir::wire::TcpState;
  constexpr std::uint32_t all = (state_bit(TcpState::closing) << 1U) - 2;
  const auto read = [=] { return read_listeners(kernel.probes, listeners); };
  const auto reload_and_read = [=] {
    kernel.probes.close();
    return read();
  };
  const auto read_again = [=]() -> weir::Result<double> {
    WEIR_CHECK(read());
    return timed(read, repetitions);
  };
  const auto reload_and_count = [=] {
    kernel.probes.close();
    return count(kernel.probes);
  };
  const auto count_again = [=]() -> weir::Result<double> {
    WEIR_CHECK(count(kernel.probes));
    return timed([&] { return count(kernel.probes); }, times);
  };
  return {
      {"probes: load, read_listeners()",
       [=] { return timed(reload_and_read, repetitions); },
       {},
       {}},
      {"probes: read_listeners()", read_again, {}, {}},
      {"probes: load, count_sockets()", [=] { return timed(reload_and_count, times); }, {}, {}},
      {"probes: count_sockets()", count_again, {}, {}},
      {"inet_diag, all states", [=] { return timed_dump(kernel.netlink, all, times); }, {}, {}},
      {"inet_diag, LISTEN",
       [=] { return timed_dump(kernel.netlink, state_bit(TcpState::listen), repetitions); },
       {},
       {}},
      {"inet_diag, all but ESTABLISHED",
       [=] { return timed_dump(kernel.netlink, all & ~state_bit(TcpState::established), times); },
       {},
       {}},
      {"ss -tan | awk",
       [&place] {
         return command("ss -tan | awk '{ n[$1]++ } END { for (s in n) print s, n[s] }'", place);
       },
       {},
       {}},
      {"ss -s", [&place] { return command("ss -s", place); }, {}, {}},
  };
}

bool is_refusal(const weir::Error& error) {
  return error.code == weir::ErrorCode::not_permitted || error.code == weir::ErrorCode::unsupported;
}

/// A program that this kernel refuses does not make the others fail.
weir::Status run_once(Subject& subject) {
  if (!subject.refused.empty()) return {};
  const auto spent = subject.run();
  if (!spent.ok() && is_refusal(spent.error())) {
    subject.refused = spent.error().message;
    return {};
  }
  if (!spent.ok()) return spent.error();
  subject.spent.push_back(static_cast<std::int64_t>(*spent * 1e6));
  return {};
}

weir::Status measure(int sockets) {
  WEIR_TRY(const auto place, Namespace::create());
  WEIR_TRY(const auto crowd, weir::lab::Crowd::gather(place, sockets / 2));
  WEIR_TRY(const auto kernel, weir::kernel::LinuxKernel::open_netns(place.name()));
  WEIR_TRY(const auto listeners,
           dump(kernel->kernel().netlink, weir::wire::state_bit(weir::wire::TcpState::listen)));
  constexpr int many = 10'000;
  auto all = subjects(kernel->kernel(), place, static_cast<std::size_t>(listeners),
                      sockets < many ? repetitions : 1);
  for (int round = 0; round < rounds; ++round) {
    for (auto& subject : all) WEIR_CHECK(run_once(subject));
  }
  std::printf("%d sockets, median of %d rounds in turns\n", sockets, rounds);
  for (const auto& subject : all) {
    if (subject.refused.empty()) {
      std::printf("  %-40s %10.3f ms CPU\n", subject.name.c_str(),
                  static_cast<double>(weir::lab::median(subject.spent)) / 1e6);
    } else {
      std::printf("  %-40s not measured: %s\n", subject.name.c_str(), subject.refused.c_str());
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
