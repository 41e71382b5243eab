// Measures the cost of the 20 Hz series of the listeners' queues while the same namespace holds
// 100,000 established sockets. Compares it with `ss -ltn` and `ss -tan` at 20 Hz. Needs root and
// about 500 MB of kernel memory. Usage: series_cost PATH-OF-WEIR [CONNECTIONS]
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "lab/cost.h"
#include "lab/crowd.h"
#include "lab/namespace.h"

namespace {

using weir::lab::Namespace;

constexpr int standard_connections = 50'000;  ///< two sockets each
constexpr weir::Nanoseconds window = weir::seconds(12);
constexpr weir::Nanoseconds margin = weir::seconds(2);
constexpr int samples_per_second = 20;
constexpr int ss_seconds = 2;

/// The share of a core that a command takes when it runs 20 times a second.
weir::Result<double> share_at_20_hz(const std::vector<std::string>& command,
                                    const Namespace& place) {
  weir::lab::CommandOptions options;
  options.netns = place.name();
  weir::Nanoseconds cpu;
  const weir::Nanoseconds begin = weir::lab::monotonic_now();
  int times = 0;
  for (; times < ss_seconds * samples_per_second &&
         weir::lab::monotonic_now() - begin < weir::seconds(20);
       ++times) {
    WEIR_TRY(const auto done, weir::lab::run_command(command, options));
    cpu = cpu + done.use.cpu;
  }
  return weir::to_seconds(cpu) / times * samples_per_second;
}

void print_share(const char* what, const weir::Result<double>& share) {
  if (share.ok()) std::printf("%-40s %8.2f %% of a core\n", what, *share * 100);
  if (!share.ok()) std::printf("%-40s %s\n", what, share.error().message.c_str());
}

bool measure(const std::string& weir, const Namespace& place, const char* title) {
  std::printf("%s\n", title);
  const auto cost = weir::lab::window_cost(
      {weir, "check", "--json", "--netns", place.name(), "--for", "12s"}, {}, window, margin);
  if (!cost.ok()) {
    std::fprintf(stderr, "%s\n", cost.error().message.c_str());
    return false;
  }
  print_share("  weir: the 20 Hz series", cost->share);
  std::printf("%-40s %8.1f ms\n", "  weir: beside the window", weir::to_seconds(cost->fixed) * 1e3);
  print_share("  for comparison: ss -ltn at 20 Hz", share_at_20_hz({"ss", "-ltn"}, place));
  print_share("  for comparison: ss -tan at 20 Hz", share_at_20_hz({"ss", "-tan"}, place));
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2 || count > 3) {
    std::fprintf(stderr, "usage: series_cost PATH-OF-WEIR [CONNECTIONS]\n");
    return 2;
  }
  const int connections = count == 3 ? std::atoi(arguments[2]) : standard_connections;
  const auto place = Namespace::create();
  if (!place.ok()) {
    std::fprintf(stderr, "%s\n", place.error().message.c_str());
    return 1;
  }
  if (!measure(arguments[1], *place, "an empty namespace")) return 1;
  const auto crowd = weir::lab::Crowd::gather(*place, connections);
  if (!crowd.ok()) {
    std::fprintf(stderr, "%s\n", crowd.error().message.c_str());
    return 1;
  }
  return measure(arguments[1], *place,
                 (std::to_string(2 * connections) + " established sockets").c_str())
             ? 0
             : 1;
}
