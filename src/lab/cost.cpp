#include "lab/cost.h"

#include <ctime>

#include "lab/compare.h"

namespace weir::lab {
namespace {

constexpr int findings_exit_code = 1;

struct Instant {
  Nanoseconds time;
  Nanoseconds cpu;
};

Result<Instant> read_instant(pid_t pid) {
  clockid_t clock{};
  timespec cpu{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &cpu) != 0) return make_error(ErrorCode::gone, "the program ended within its window");
  return Instant{monotonic_now(), {cpu.tv_sec * nanoseconds_per_second + cpu.tv_nsec}};
}

}  // namespace

Result<Cost> median_cost(const std::vector<std::string>& arguments, const CommandOptions& options, int runs, int greatest_exit_code) {
  std::vector<std::int64_t> cpu;
  std::vector<std::int64_t> memory;
  std::vector<std::int64_t> elapsed;
  for (int run = 0; run < runs; ++run) {
    WEIR_TRY(const CommandResult done, run_command(arguments, options));
    if (done.use.exit_code > greatest_exit_code) return make_error(ErrorCode::io, arguments.front() + " failed: " + done.err);
    cpu.push_back(done.use.cpu.count);
    memory.push_back(done.use.peak_memory.count);
    elapsed.push_back(done.elapsed.count);
  }
  return Cost{{median(cpu)}, {median(memory)}, {median(elapsed)}};
}

Result<WindowCost> window_cost(const std::vector<std::string>& arguments, const CommandOptions& options, Nanoseconds window, Nanoseconds margin) {
  const Nanoseconds begin = monotonic_now();
  WEIR_TRY(ChildProcess child, start_command(arguments, options));
  sleep_for(margin);
  WEIR_TRY(const Instant first, read_instant(child.pid()));
  sleep_for(begin + window - margin - monotonic_now());
  WEIR_TRY(const Instant last, read_instant(child.pid()));
  WEIR_TRY(const std::string out, child.read_report(window + options.limit));
  WEIR_TRY(const ProcessUse use, child.wait(options.limit));
  if (use.exit_code > findings_exit_code) return make_error(ErrorCode::io, arguments.front() + " failed: " + out);
  WindowCost cost;
  cost.share = to_seconds(last.cpu - first.cpu) / to_seconds(last.time - first.time);
  cost.fixed = {use.cpu.count - static_cast<std::int64_t>(cost.share * static_cast<double>(window.count))};
  return cost;
}

}  // namespace weir::lab
