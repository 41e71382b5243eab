// Measures the cost of a Snapshot in a namespace with a hundred and with very many sockets, and the
// cost of the usual tools that count sockets. The numbers are CPU time and peak memory of the whole
// process: the median of rounds in turns. Needs root and, for 200,000 sockets, about 1 GB of kernel
// memory. Usage: socket_cost PATH-OF-WEIR [SOCKETS…]
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "kernel/linux/linux_kernel.h"
#include "lab/compare.h"
#include "lab/cost.h"
#include "lab/crowd.h"
#include "lab/namespace.h"
#include "sense/owners.h"
#include "sense/port_uses.h"
#include "sense/sockets.h"

namespace {

using weir::lab::Namespace;

constexpr int rounds = 7;
constexpr weir::Nanoseconds limit = weir::seconds(120);

struct Subject {
  std::string name;
  std::vector<std::string> command;
  /// the program whose memory counts, where the command runs several programs
  std::vector<std::string> single;
  std::vector<std::int64_t> spent = {};  ///< CPU time of each round, in nanoseconds
};

std::vector<Subject> make_subjects(const std::string& weir) {
  const std::vector<std::string> snapshot{weir, "snapshot"};
  std::vector<std::string> without_bpf{"setpriv", "--bounding-set", "-sys_admin,-bpf,-perfmon"};
  without_bpf.insert(without_bpf.end(), snapshot.begin(), snapshot.end());
  return {{"weir snapshot", snapshot, {}},
          {"weir snapshot, without the right to use BPF", without_bpf, snapshot},
          {"weir check --for 1s",
           {weir, "check", "--for", "1s", "--json", "--fail-on", "critical"},
           {}},
          {"ss -tan | awk",
           {"sh", "-c", "ss -tan | awk '{ n[$1]++ } END { for (s in n) print s, n[s] }'"},
           {"ss", "-tan"}},
          {"ss -s", {"ss", "-s"}, {}},
          {"netstat -ant", {"netstat", "-ant"}, {}},
          {"nstat -az", {"nstat", "-az"}, {}}};
}

weir::Result<std::int64_t> spend(const std::vector<std::string>& command, const Namespace& place) {
  weir::lab::CommandOptions options;
  options.netns = place.name();
  options.limit = limit;
  WEIR_TRY(const auto done, weir::lab::run_command(command, options));
  if (done.use.exit_code > 1)
    return weir::make_error(weir::ErrorCode::io, command.front() + " failed: " + done.err);
  return done.use.cpu.count;
}

double cpu_ms() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return ms(use.ru_utime) + ms(use.ru_stime);
}

/// One walk of the connections, as a Snapshot of many sockets makes it.
weir::Result<double> measure_walk(weir::kernel::Kernel kernel,
                                  const weir::wire::DiagRequest& request, std::int64_t most) {
  std::int64_t seen = 0;
  const double begin = cpu_ms();
  WEIR_TRY(const bool whole, weir::sense::sample_sockets(
                                 kernel.netlink, weir::wire::build_diag_request(request),
                                 [&](const weir::wire::DiagSocket&) { return ++seen < most; }));
  static_cast<void>(whole);
  return cpu_ms() - begin;
}

/// The search for the owners of the listeners, which is part of a Snapshot. Its cost depends on the
/// number of processes and descriptors, and not on the number of sockets.
weir::Result<double> measure_owners(const Namespace& place) {
  WEIR_TRY(const auto kernel, weir::kernel::LinuxKernel::open_netns(place.name()));
  auto ports = kernel->kernel();
  std::int64_t dropped = 0;
  WEIR_TRY(auto listeners, weir::sense::read_listeners(ports.netlink, dropped));
  weir::sense::OwnerLimits limits;
  std::vector<weir::NotSeen> not_seen;
  const double begin = cpu_ms();
  weir::sense::find_owners(ports.files, listeners, nullptr, limits, not_seen);
  return cpu_ms() - begin;
}

void print_part(const char* name, const weir::Result<double>& spent) {
  if (spent.ok()) std::printf("  of a snapshot: %-29s %9.1f ms CPU\n", name, *spent);
  if (!spent.ok()) std::printf("  of a snapshot: %-29s %s\n", name, spent.error().message.c_str());
}

weir::Status print_parts(const Namespace& place) {
  using weir::wire::state_bit;
  using weir::wire::TcpState;
  WEIR_TRY(const auto kernel, weir::kernel::LinuxKernel::open_netns(place.name()));
  weir::wire::DiagRequest rare;
  for (const auto state : weir::wire::rare_states) rare.states |= state_bit(state);
  rare.info = true;
  weir::wire::DiagRequest flows;
  flows.states = state_bit(TcpState::established);
  flows.info = flows.memory = true;
  weir::wire::DiagRequest outgoing;
  outgoing.states = state_bit(TcpState::established) | state_bit(TcpState::time_wait);
  outgoing.ports = weir::sense::spread_over({32768, 60999}, 16'384.0 / 200'000).filter;
  print_part("the rare states", measure_walk(kernel->kernel(), rare, INT64_MAX));
  print_part("4,096 flows with tcp_info", measure_walk(kernel->kernel(), flows, 4096));
  print_part("outgoing ones, a twelfth of ports",
             measure_walk(kernel->kernel(), outgoing, INT64_MAX));
  print_part("who owns the listeners", measure_owners(place));
  return {};
}

weir::Result<double> peak_mib(const Subject& subject, const Namespace& place) {
  const auto& command = subject.single.empty() ? subject.command : subject.single;
  WEIR_TRY(const auto peak, weir::lab::peak_memory(command, limit, place.name()));
  return static_cast<double>(peak.count) / (1 << 20);
}

weir::Status measure(const std::string& weir, int sockets) {
  WEIR_TRY(const auto place, Namespace::create());
  WEIR_TRY(const auto crowd, weir::lab::Crowd::gather(place, sockets / 2));
  auto subjects = make_subjects(weir);
  for (int round = 0; round < rounds; ++round) {
    for (auto& subject : subjects) {
      WEIR_TRY(const auto spent, spend(subject.command, place));
      subject.spent.push_back(spent);
    }
  }
  std::printf("%d sockets, median of %d rounds in turns\n", sockets, rounds);
  for (const auto& subject : subjects) {
    const auto peak = peak_mib(subject, place);
    std::printf("  %-44s %9.1f ms CPU", subject.name.c_str(),
                static_cast<double>(weir::lab::median(subject.spent)) / 1e6);
    peak.ok() ? std::printf(" %8.1f MiB\n", *peak)
              : std::printf("  %s\n", peak.error().message.c_str());
  }
  return print_parts(place);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "usage: socket_cost PATH-OF-WEIR [SOCKETS…]\n");
    return 2;
  }
  std::vector<int> sizes;
  for (int i = 2; i < count; ++i) sizes.push_back(std::atoi(arguments[i]));
  if (sizes.empty()) sizes = {100, 200'000};
  for (const int sockets : sizes) {
    const auto done = measure(arguments[1], sockets);
    if (!done.ok()) {
      std::fprintf(stderr, "%s\n", done.error().message.c_str());
      return 1;
    }
  }
  return 0;
}
