#include "app/options.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/arguments.h"

namespace weir::app::options_test {

using testing::ElementsAre;
using testing::HasSubstr;

struct AllOptions {
  NamespaceOption place;
  StateOption state;
  MachineOption machine;
  std::optional<Nanoseconds> window;
  std::vector<std::int64_t> ports;
  bool json = false;
  std::optional<std::int64_t> entry;
};

/// The options of the last command line.
AllOptions& taken() {
  static AllOptions options;
  return options;
}

Command make_all(CommandBuilder& builder) {
  AllOptions& options = taken() = {};
  add_namespace_option(builder, options.place);
  add_state_option(builder, options.state);
  add_machine_option(builder, options.machine, "size ");
  add_window_option(builder, options.window, "");
  add_ports_option(builder, options.ports);
  add_json_option(builder, options.json, "weir.all/1");
  add_entry_option(builder, options.entry, "an entry");
  return {};
}

constexpr std::array rows{CommandRow{"all", make_all}};

const AllOptions& parsed(std::vector<std::string> words) {
  words.insert(words.begin(), "all");
  const auto result = parse_arguments(rows, words);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return taken();
}

std::string refused(std::vector<std::string> words) {
  words.insert(words.begin(), "all");
  const auto result = parse_arguments(rows, words);
  EXPECT_FALSE(result.ok());
  return result.ok() ? "" : result.error().message;
}

TEST(SharedOptions, EachFillsItsOwnField) {
  const AllOptions& options =
      parsed({"7", "--netns", "blue", "--state", "/s", "--kernel", "5.14", "--ram", "64GiB",
              "--cpus", "8", "--for", "5s", "--port", "80", "--port", "443", "--json"});
  EXPECT_EQ(options.entry, 7);
  EXPECT_EQ(options.place.netns, "blue");
  EXPECT_EQ(options.state.given, "/s");
  EXPECT_EQ(options.machine.kernel, "5.14");
  EXPECT_EQ(options.machine.memory, Bytes{64LL << 30U});
  EXPECT_EQ(options.machine.cpus, 8);
  EXPECT_EQ(options.window, seconds(5));
  EXPECT_THAT(options.ports, ElementsAre(80, 443));
  EXPECT_TRUE(options.json);
  EXPECT_EQ(parsed({"--pid", "12"}).place.pid, 12);
}

TEST(SharedOptions, WithoutArgumentsNoOptionIsGiven) {
  const AllOptions& options = parsed({});
  EXPECT_FALSE(is_given(options.place));
  EXPECT_FALSE(is_given(options.machine));
  EXPECT_FALSE(options.window || options.entry || options.json || !options.ports.empty());
}

TEST(SharedOptions, ABadValueGetsOneSentence) {
  EXPECT_EQ(refused({"--port", "0"}),
            "--port takes a number between 1 and 65535, not \"0\"; see `weir all --help`");
  EXPECT_EQ(
      refused({"--for", "50ms"}),
      "--for takes a time such as 5s, 250ms or 2m, from 100ms to 24h, not \"50ms\"; see `weir all --help`");
  EXPECT_EQ(
      refused({"first"}),
      "ID takes a number between 1 and 9223372036854775807, not \"first\"; see `weir all --help`");
  EXPECT_EQ(refused({"--kernel", "new"}),
            "--kernel takes a version such as 5.14, not \"new\"; see `weir all --help`");
  EXPECT_EQ(refused({"--ram", "1KiB"}),
            "--ram takes a size such as 64GiB or 512MiB, not \"1KiB\"; see `weir all --help`");
  EXPECT_EQ(refused({"--state", ""}), "--state must not be empty; see `weir all --help`");
  EXPECT_THAT(refused({"--netns", "a", "--pid", "1"}), HasSubstr("cannot be used together with"));
}

TEST(StateOption, TheFolderIsTheDefaultUnlessGiven) {
  EXPECT_EQ(state_folder({}), "/var/lib/weir");
  EXPECT_EQ(state_words({}), "");
  EXPECT_EQ(state_folder({"/s"}), "/s");
  EXPECT_EQ(state_words({"/s"}), " --state /s");
}

TEST(MachineOption, ADescribedMachineRunsThisKernelAndKeepsTheRestUnknown) {
  const ConfigHost small = described_machine({"", Bytes{1 << 30}, std::nullopt}, "6.1.0-44-amd64");
  EXPECT_TRUE(small.described);
  EXPECT_EQ(small.kernel_text, "6.1.0-44-amd64");
  EXPECT_EQ(small.memory, Bytes{1 << 30});
  EXPECT_EQ(small.cpus, 0);
  const ConfigHost other = described_machine({"5.14", std::nullopt, 8}, "6.1.0-44-amd64");
  EXPECT_EQ(other.kernel_text, "5.14");
  EXPECT_EQ(other.kernel, (KernelVersion{5, 14}));
  EXPECT_EQ(other.cpus, 8);
}

TEST(CheckAllowed, ANameMustBeInTheCatalogOrAmongTheGivenSettings) {
  const Catalog empty({}, {}, {}, {});
  EXPECT_TRUE(check_allowed({"kernel.x"}, {"kernel.x"}, empty).ok());
  const Status unknown = check_allowed({"kernel.y"}, {"kernel.x"}, empty);
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message, HasSubstr("weir does not know \"kernel.y\""));
}

}  // namespace weir::app::options_test
