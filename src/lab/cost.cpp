#include "lab/cost.h"

#include <algorithm>

namespace weir::lab {
namespace {

constexpr int findings_exit_code = 1;

}  // namespace

std::int64_t median(std::vector<std::int64_t> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

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

Result<WindowCost> window_cost(const std::function<std::vector<std::string>(int)>& command, const CommandOptions& options, int short_s, int long_s, int runs) {
  WEIR_TRY(const Cost brief, median_cost(command(short_s), options, runs, findings_exit_code));
  WEIR_TRY(const Cost lengthy, median_cost(command(long_s), options, runs, findings_exit_code));
  const double per_second = to_seconds(lengthy.cpu - brief.cpu) / static_cast<double>(long_s - short_s);
  WindowCost cost;
  cost.share = std::max(0.0, per_second);
  cost.fixed = {brief.cpu.count - static_cast<std::int64_t>(cost.share * static_cast<double>(short_s) * static_cast<double>(nanoseconds_per_second))};
  return cost;
}

}  // namespace weir::lab
