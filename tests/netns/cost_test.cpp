// The smallest cost: what a check takes from the host that it checks. Only an optimised weir is measured.
#include "lab/cost.h"

#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

#include "lab/crowd.h"
#include "netns/scenario.h"

namespace weir::scenario::cost_test {

constexpr int runs = 11;
constexpr int findings_exit_code = 1;
constexpr double most_cpu_s = 0.050;
constexpr std::int64_t most_memory = std::int64_t{30} << 20U;
constexpr double most_share = 0.01;
constexpr int connections = 50'000;  // two sockets each

bool has_sanitizers(const std::string& program) {
  std::ifstream file(program, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  return bytes.find("__asan_init") != std::string::npos;
}

class Cost : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root, for network namespaces";
    if (has_sanitizers(weir_binary())) GTEST_SKIP() << weir_binary() << " is built with sanitizers: build the release preset, or set WEIR_BIN";
  }
};

TEST_F(Cost, CheckOfThisHostCostsLittle) {
  const auto cost = lab::median_cost({weir_binary(), "check", "--for", "1s"}, {}, runs, findings_exit_code);
  ASSERT_TRUE(cost.ok()) << cost.error().message;
  EXPECT_LE(to_seconds(cost->cpu), most_cpu_s);
  EXPECT_LE(cost->peak_memory.count, most_memory);
}

TEST_F(Cost, SeriesBesideAHundredThousandSocketsCostsLittle) {
  auto place = lab::Namespace::create();
  ASSERT_TRUE(place.ok()) << place.error().message;
  auto crowd = lab::Crowd::gather(*place, connections);
  ASSERT_TRUE(crowd.ok()) << crowd.error().message;

  const auto cost = lab::window_cost({weir_binary(), "check", "--json", "--netns", place->name(), "--for", "12s"}, {}, seconds(12), seconds(2));

  ASSERT_TRUE(cost.ok()) << cost.error().message;
  EXPECT_LE(cost->share, most_share) << "beside the window: " << to_seconds(cost->fixed) << " s";
}

}  // namespace weir::scenario::cost_test
