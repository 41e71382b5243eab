// Measures the cost of `weir check` beside its window: CPU time and memory of the whole process,
// the median of eleven runs. With the path of another build, both are measured in turns. Usage:
// check_cost PATH-OF-WEIR [PATH-OF-ANOTHER]
#include <cstdio>
#include <string>
#include <vector>

#include "lab/compare.h"
#include "lab/cost.h"

namespace {

constexpr int runs = 11;
constexpr int findings_exit_code = 1;

void print(const char* what, const weir::Result<weir::lab::Cost>& cost) {
  if (!cost.ok()) {
    std::printf("%-34s %s\n", what, cost.error().message.c_str());
    return;
  }
  std::printf("%-34s %8.1f ms CPU %8.1f MiB %8.2f s\n", what, weir::to_seconds(cost->cpu) * 1e3,
              static_cast<double>(cost->peak_memory.count) / (1 << 20),
              weir::to_seconds(cost->elapsed));
}

/// CPU time of one check, in nanoseconds.
weir::Result<std::int64_t> check_once(const std::string& weir) {
  WEIR_TRY(const auto cost,
           weir::lab::median_cost({weir, "check", "--for", "1s"}, {}, 1, findings_exit_code));
  return cost.cpu.count;
}

int compare_builds(const std::string& weir, const std::string& other) {
  const auto compared =
      weir::lab::compare([&] { return check_once(other); }, [&] { return check_once(weir); }, runs);
  if (!compared.ok()) {
    std::fprintf(stderr, "%s\n", compared.error().message.c_str());
    return 1;
  }
  std::printf(
      "weir check --for 1s, %d rounds in turns\n%8.1f ms CPU  %s\n%8.1f ms CPU  %s (lower in %d rounds)\n",
      runs, static_cast<double>(compared->first_median()) / 1e6, other.c_str(),
      static_cast<double>(compared->second_median()) / 1e6, weir.c_str(), compared->second_lower());
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2 || count > 3) {
    std::fprintf(stderr, "usage: check_cost PATH-OF-WEIR [PATH-OF-ANOTHER]\n");
    return 2;
  }
  const std::string weir = arguments[1];
  if (count == 3) return compare_builds(weir, arguments[2]);
  using weir::lab::median_cost;
  std::printf("median of %d runs on this host\n", runs);
  const auto one_second = median_cost({weir, "check", "--for", "1s"}, {}, runs, findings_exit_code);
  print("weir check --for 1s", one_second);
  print("weir check --for 1s --json",
        median_cost({weir, "check", "--for", "1s", "--json"}, {}, runs, findings_exit_code));
  print("weir check --for 3s",
        median_cost({weir, "check", "--for", "3s"}, {}, runs, findings_exit_code));
  print("for comparison: ss -s", median_cost({"ss", "-s"}, {}, runs, findings_exit_code));
  print("for comparison: ss -ltnp", median_cost({"ss", "-ltnp"}, {}, runs, findings_exit_code));
  print("for comparison: sysctl -a", median_cost({"sysctl", "-a"}, {}, runs, findings_exit_code));
  return one_second.ok() ? 0 : 1;
}
