// What a Snapshot costs in a namespace with a hundred and with very many sockets, beside the tools that people count sockets with: CPU time and peak memory of
// the whole process, the median of rounds in turns. Needs root and, for 200,000 sockets, about 1 GB of kernel memory.
// Usage: socket_cost PATH-OF-WEIR [SOCKETS…]
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
#include "sense/sockets.h"

namespace {

using weir::lab::Namespace;

constexpr int rounds = 7;
constexpr weir::Nanoseconds limit = weir::seconds(120);

struct Subject {
  std::string name;
  std::vector<std::string> command;
  std::vector<std::int64_t> spent;  ///< CPU time of each round, in nanoseconds
};

std::vector<Subject> make_subjects(const std::string& weir) {
  const std::vector<std::string> snapshot{weir, "snapshot"};
  std::vector<std::string> without_bpf{"setpriv", "--bounding-set", "-sys_admin,-bpf,-perfmon"};
  without_bpf.insert(without_bpf.end(), snapshot.begin(), snapshot.end());
  return {{"weir snapshot", snapshot, {}},
          {"weir snapshot, without the right to use BPF", without_bpf, {}},
          {"weir check --for 1s", {weir, "check", "--for", "1s", "--json", "--fail-on", "critical"}, {}},
          {"ss -tan | awk", {"sh", "-c", "ss -tan | awk '{ n[$1]++ } END { for (s in n) print s, n[s] }'"}, {}},
          {"ss -s", {"ss", "-s"}, {}},
          {"netstat -ant", {"netstat", "-ant"}, {}},
          {"nstat -az", {"nstat", "-az"}, {}}};
}

weir::Result<std::int64_t> spend(const std::vector<std::string>& command, const Namespace& place) {
  weir::lab::CommandOptions options;
  options.netns = place.name();
  options.limit = limit;
  WEIR_TRY(const auto done, weir::lab::run_command(command, options));
  if (done.use.exit_code > 1) return weir::make_error(weir::ErrorCode::io, command.front() + " failed: " + done.err);
  return done.use.cpu.count;
}

double cpu_ms() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto ms = [](const timeval& time) { return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3; };
  return ms(use.ru_utime) + ms(use.ru_stime);
}

/// The search for who holds the listeners, which is part of a Snapshot: it costs by processes and descriptors and not by sockets.
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

weir::Result<double> peak_mib(const Subject& subject, const Namespace& place) {
  std::vector<std::string> inside{"nsenter", "--net=/run/netns/" + place.name()};
  inside.insert(inside.end(), subject.command.begin(), subject.command.end());
  WEIR_TRY(const auto peak, weir::lab::peak_memory(inside, limit));
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
    std::printf("  %-44s %9.1f ms CPU", subject.name.c_str(), static_cast<double>(weir::lab::median(subject.spent)) / 1e6);
    peak.ok() ? std::printf(" %8.1f MiB\n", *peak) : std::printf("  %s\n", peak.error().message.c_str());
  }
  WEIR_TRY(const double owners, measure_owners(place));
  std::printf("  %-44s %9.1f ms CPU\n", "of a snapshot: who owns the listeners", owners);
  return {};
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
