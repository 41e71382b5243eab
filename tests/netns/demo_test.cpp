// `weir demo` heals the fault that it shows, and leaves nothing behind, however it ends.
#include <csignal>
#include <filesystem>
#include <string>

#include <unistd.h>

#include "netns/scenario.h"

namespace weir::scenario::demo_test {

constexpr Nanoseconds demo_limit = seconds(60);
constexpr Nanoseconds patience = seconds(10);

class Demo : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root, for network namespaces";
  }
};

/// Whether a namespace or a scratch folder of the process exists.
bool has_something_of(pid_t pid) {
  const std::string stem = "weir-" + std::to_string(pid) + "-";
  std::error_code none;
  for (const auto& folder :
       {std::filesystem::path("/run/netns"), std::filesystem::temp_directory_path()}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
      if (entry.path().filename().string().rfind(stem, 0) == 0) return true;
    }
  }
  return false;
}

bool becomes(bool wanted, pid_t pid) {
  const Nanoseconds end = lab::monotonic_now() + patience;
  while (has_something_of(pid) != wanted && lab::monotonic_now() < end)
    lab::sleep_for(milliseconds(20));
  return has_something_of(pid) == wanted;
}

TEST_F(Demo, HealsTheServerAndShowsBeforeAndAfter) {
  lab::CommandOptions options;
  options.limit = demo_limit;
  const auto done = run_weir({"demo"}, options);
  EXPECT_EQ(done.use.exit_code, 0) << done.out << done.err;
  for (const char* part : {"weir check", "weir plan", "weir apply", "weir undo", "before", "after",
                           "overflows a second"}) {
    EXPECT_NE(done.out.find(part), std::string::npos) << part;
  }
}

TEST_F(Demo, LeavesNothingWhenItIsInterruptedOrKilled) {
  for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
    auto demo = lab::start_command({weir_binary(), "demo"});
    ASSERT_TRUE(demo.ok()) << demo.error().message;
    const pid_t pid = demo->pid();
    ASSERT_TRUE(becomes(true, pid)) << "the demo did not begin";
    lab::sleep_for(seconds(1));
    demo->stop(signal, patience);
    EXPECT_TRUE(becomes(false, pid)) << "after signal " << signal;
  }
}

}  // namespace weir::scenario::demo_test
