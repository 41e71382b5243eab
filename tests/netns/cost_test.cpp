// The cost: the CPU time of a check on its host, beside the cost of the tools that show the same
// numbers. Only an optimised weir is measured. Not the milliseconds: those depend on the machine,
// and `make bench` prints them.
#include "lab/cost.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <unistd.h>

#include "lab/compare.h"
#include "lab/crowd.h"
#include "netns/scenario.h"

namespace weir::scenario::cost_test {

constexpr int rounds = 5;
constexpr int samples_per_second = 20;  ///< of the queues; weir takes as many
constexpr std::int64_t most_memory = std::int64_t{30} << 20U;
constexpr int connections = 50'000;  // two sockets each

bool has_sanitizers(const std::string& program) {
  std::ifstream file(program, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  return bytes.find("__asan_init") != std::string::npos;
}

/// CPU time of a command that runs this many times.
Result<std::int64_t> cpu_of(const std::vector<std::string>& command, int times,
                            const std::string& netns = {}) {
  lab::CommandOptions options;
  options.netns = netns;
  std::int64_t cpu = 0;
  for (int i = 0; i < times; ++i) {
    WEIR_TRY(const auto done, lab::run_command(command, options));
    cpu += done.use.cpu.count;
  }
  return cpu;
}

class Cost : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root, for network namespaces";
    if (has_sanitizers(weir_binary()))
      GTEST_SKIP() << weir_binary()
                   << " is built with sanitizers: build the release preset, or set WEIR_BIN";
  }
};

TEST_F(Cost, ASecondOfCheckCostsLessThanTheToolsThatShowTheSame) {
  const auto tools = [&]() -> Result<std::int64_t> {
    WEIR_TRY(const auto queues, cpu_of({"ss", "-ltn"}, samples_per_second));
    WEIR_TRY(const auto owners, cpu_of({"ss", "-ltnp"}, 1));
    WEIR_TRY(const auto settings, cpu_of({"sysctl", "-a"}, 1));
    return queues + owners + settings;
  };
  const auto weir = [&] { return cpu_of({weir_binary(), "check", "--for", "1s"}, 1); };

  const auto compared = lab::compare(tools, weir, rounds);

  ASSERT_TRUE(compared.ok()) << compared.error().message;
  std::printf("tools %.1f ms, weir %.1f ms\n", static_cast<double>(compared->first_median()) / 1e6,
              static_cast<double>(compared->second_median()) / 1e6);
  EXPECT_LT(compared->second_median(), compared->first_median());
  const auto peak = lab::peak_memory({weir_binary(), "check", "--for", "1s"}, seconds(20));
  ASSERT_TRUE(peak.ok()) << peak.error().message;
  EXPECT_LE(peak->count, most_memory);
}

TEST_F(Cost, SeriesBesideAHundredThousandSocketsCostsLessThanTheListenersByThemselves) {
  auto place = lab::Namespace::create();
  ASSERT_TRUE(place.ok()) << place.error().message;
  auto crowd = lab::Crowd::gather(*place, connections);
  ASSERT_TRUE(crowd.ok()) << crowd.error().message;

  // A walk over all sockets, twenty times a second, would take more than the whole core.
  const auto before = cpu_of({"ss", "-ltn"}, samples_per_second, place->name());
  const auto cost =
      lab::window_cost({weir_binary(), "check", "--json", "--netns", place->name(), "--for", "12s"},
                       {}, seconds(12), seconds(2));
  const auto after = cpu_of({"ss", "-ltn"}, samples_per_second, place->name());

  ASSERT_TRUE(cost.ok() && before.ok() && after.ok());
  const double ss = static_cast<double>(std::min(*before, *after)) / 1e9;
  std::printf("of a core: `ss -ltn` twenty times a second %.2f %%, weir %.2f %%\n", ss * 100,
              cost->share * 100);
  EXPECT_LT(cost->share, ss) << "beside the window: " << to_seconds(cost->fixed) << " s";
}

}  // namespace weir::scenario::cost_test
