// Measures the cost of reading without the program around it: one Snapshot, and one Recording
// beside its window, of this namespace or another. Usage: record_cost [SECONDS [NETNS]]
#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/resource.h>

#include "kernel/linux/linux_kernel.h"
#include "sense/record.h"

namespace {

constexpr std::int64_t standard_window_s = 3;

double cpu_ms() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return ms(use.ru_utime) + ms(use.ru_stime);
}

double peak_mib() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_maxrss) / 1024;
}

int measure(weir::kernel::Kernel kernel, const weir::sense::RecordOptions& options) {
  const double start = cpu_ms();
  const auto snapshot = weir::sense::read_snapshot(kernel, options);
  const double read = cpu_ms();
  const auto recording = weir::sense::record(kernel, options, {});
  const double recorded = cpu_ms();
  if (!snapshot.ok() || !recording.ok()) {
    std::fprintf(stderr, "%s\n",
                 (snapshot.ok() ? recording.error() : snapshot.error()).message.c_str());
    return 1;
  }
  std::printf("one Snapshot      %8.1f ms CPU, %zu parameters, %zu listeners\n", read - start,
              snapshot->settings.sysctls.size(), snapshot->sockets.listeners.size());
  std::printf("one Recording     %8.1f ms CPU, %.1f s, %lld samples\n", recorded - read,
              weir::to_seconds(options.window), static_cast<long long>(recording->samples));
  std::printf("memory at most    %8.1f MiB\n", peak_mib());
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  weir::sense::RecordOptions options;
  options.window = weir::seconds(count > 1 ? std::atoll(arguments[1]) : standard_window_s);
  auto kernel = count > 2 ? weir::kernel::LinuxKernel::open_netns(arguments[2])
                          : weir::kernel::LinuxKernel::open_current();
  if (!kernel.ok()) {
    std::fprintf(stderr, "%s\n", kernel.error().message.c_str());
    return 1;
  }
  return measure((*kernel)->kernel(), options);
}
