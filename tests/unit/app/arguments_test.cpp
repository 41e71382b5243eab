#include "app/arguments.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::app::arguments_test {

using testing::ElementsAre;
using testing::HasSubstr;

Arguments parsed(const std::vector<std::string>& words) {
  const auto result = parse_arguments(words);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return result.ok() && std::holds_alternative<Arguments>(*result) ? std::get<Arguments>(*result)
                                                                   : Arguments{};
}

TEST(ParseArguments, WithoutArgumentsItIsTheOverview) {
  EXPECT_EQ(parsed({}).command, Command::overview);
}

TEST(ParseArguments, CheckAcceptsEveryOption) {
  const auto arguments =
      parsed({"check",     "--for",    "5s",           "--json",  "--port",  "80",      "--port",
              "443",       "--stage",  "accept-queue", "--stage", "host",    "--netns", "blue",
              "--fail-on", "critical", "--save",       "r.json",  "--color", "always"});
  EXPECT_EQ(arguments.command, Command::check);
  EXPECT_EQ(arguments.window, seconds(5));
  EXPECT_TRUE(arguments.json);
  EXPECT_THAT(arguments.ports, ElementsAre(80, 443));
  EXPECT_THAT(arguments.stages, ElementsAre(Stage::accept_queue, Stage::host));
  EXPECT_EQ(arguments.place.netns, "blue");
  EXPECT_EQ(arguments.fail_on, Severity::critical);
  EXPECT_EQ(arguments.save, "r.json");
  EXPECT_EQ(arguments.color, ColorChoice::always);
}

TEST(ParseArguments, ConfigAcceptsSeveralFilesAndADescribedHost) {
  const auto arguments = parsed({"check", "--config", "a.conf", "b.conf", "--kernel", "5.14",
                                 "--ram", "64GiB", "--cpus", "8"});
  EXPECT_THAT(arguments.config, ElementsAre("a.conf", "b.conf"));
  EXPECT_EQ(arguments.kernel, "5.14");
  EXPECT_EQ(arguments.memory, Bytes{64LL << 30U});
  EXPECT_EQ(arguments.cpus, 8);
}

TEST(ParseArguments, ApplyAcceptsAPlanAndADeadline) {
  const auto arguments =
      parsed({"apply", "plan.json", "--confirm-within", "60s", "--dry-run", "--state", "/tmp/s"});
  EXPECT_EQ(arguments.command, Command::apply);
  EXPECT_EQ(arguments.plan_file, "plan.json");
  EXPECT_EQ(arguments.confirm_within, seconds(60));
  EXPECT_TRUE(arguments.dry_run);
  EXPECT_EQ(arguments.state_folder, "/tmp/s");
}

const std::vector<std::string> a_size{"size",  "--connections", "1M",          "--rate",  "50k/s",
                                      "--rtt", "50ms",          "--bandwidth", "10Gbit/s"};

std::vector<std::string> size_with(const std::vector<std::string>& more) {
  auto words = a_size;
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(ParseArguments, SizeAcceptsAGoal) {
  const auto goal = parsed(size_with({"--idle", "99.5%", "--upstream", "4", "--keepalive-upstream",
                                      "2000", "--workers", "8", "--app-memory", "20KiB", "--pause",
                                      "10ms", "--flow", "1Gbit/s", "-v"}))
                        .goal;
  EXPECT_EQ(goal.connections, 1'000'000);
  EXPECT_EQ(goal.rate, PerSecond{50'000});
  EXPECT_EQ(goal.round_trip, milliseconds(50));
  EXPECT_EQ(goal.bandwidth, BitsPerSecond{10'000'000'000});
  EXPECT_EQ(goal.idle_permille, 995);
  EXPECT_EQ(goal.upstreams, 4);
  EXPECT_EQ(goal.upstream_connections, 2000);
  EXPECT_EQ(goal.workers, 8);
  EXPECT_EQ(goal.application, Bytes{20'480});
  EXPECT_EQ(goal.pause, milliseconds(10));
  EXPECT_EQ(goal.flow, BitsPerSecond{1'000'000'000});
}

TEST(ParseArguments, ThreeFlagsDescribeAnotherMachineForSize) {
  const auto arguments = parsed(size_with({"--ram", "256GiB", "--cpus", "64", "--kernel", "6.12"}));
  EXPECT_EQ(arguments.memory, Bytes{256LL << 30U});
  EXPECT_EQ(arguments.cpus, 64);
  EXPECT_EQ(arguments.kernel, "6.12");
}

/// The error sentence of a size with one changed option.
std::string refused_with(const std::string& option, const std::string& value) {
  auto words = a_size;
  const auto found = std::find(words.begin(), words.end(), option);
  if (found == words.end()) {
    words.push_back(option);
    words.push_back(value);
  } else {
    *(found + 1) = value;
  }
  const auto result = parse_arguments(words);
  EXPECT_FALSE(result.ok()) << option << " " << value;
  if (result.ok()) return "";
  EXPECT_EQ(result.error().code, ErrorCode::wrong_use);
  EXPECT_EQ(result.error().message.find('\n'), std::string::npos);
  return result.error().message;
}

TEST(ParseArguments, ABadGoalGetsOneSentence) {
  EXPECT_EQ(
      refused_with("--idle", "120%"),
      "--idle takes a share such as 95% or 99.9%, from 0% to 100%, not \"120%\"; see `weir size --help`");
  for (const auto* bad : {"0", "-5", "many", "1.5", "99999999999999999999", ""})
    EXPECT_THAT(refused_with("--connections", bad), HasSubstr("--connections takes a number"));
  for (const auto* bad : {"50000", "0/s", "-1/s", "50000/m", "1e3/s"})
    EXPECT_THAT(refused_with("--rate", bad), HasSubstr("--rate takes new connections a second"));
  for (const auto* bad : {"0", "0ms", "-50ms", "50 parsecs", "2h"})
    EXPECT_THAT(refused_with("--rtt", bad), HasSubstr("--rtt takes a time"));
  for (const auto* bad : {"10G", "10GB/s", "0Gbit/s", "-1Gbit/s", "10"})
    EXPECT_THAT(refused_with("--bandwidth", bad), HasSubstr("--bandwidth takes a rate"));
  for (const auto* bad : {"95", "-1%", "half"})
    EXPECT_THAT(refused_with("--idle", bad), HasSubstr("--idle takes a share"));
  for (const auto* bad : {"0", "-1", "x"}) {
    EXPECT_THAT(refused_with("--upstream", bad), HasSubstr("--upstream takes"));
    EXPECT_THAT(refused_with("--keepalive-upstream", bad), HasSubstr("--keepalive-upstream takes"));
    EXPECT_THAT(refused_with("--workers", bad), HasSubstr("--workers takes"));
    EXPECT_THAT(refused_with("--flow", bad), HasSubstr("--flow takes"));
    EXPECT_THAT(refused_with("--pause", bad), HasSubstr("--pause takes"));
    EXPECT_THAT(refused_with("--cpus", bad), HasSubstr("--cpus takes"));
    EXPECT_THAT(refused_with("--ram", bad), HasSubstr("--ram takes"));
  }
  EXPECT_THAT(refused_with("--app-memory", "-1"), HasSubstr("--app-memory takes"));
}

TEST(ParseArguments, AGoalWithoutItsRateNamesTheMissingOption) {
  const auto result =
      parse_arguments({"size", "--connections", "1M", "--rtt", "50ms", "--bandwidth", "10Gbit/s"});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "weir size needs a --rate; see `weir size --help`");
}

TEST(ParseArguments, UndoAcceptsAnEntryOrNone) {
  EXPECT_EQ(parsed({"undo"}).entry, std::nullopt);
  const auto arguments = parsed({"undo", "7", "--force"});
  EXPECT_EQ(arguments.entry, 7);
  EXPECT_TRUE(arguments.force);
}

TEST(ParseArguments, TheVersionIsAFlagAndACommand) {
  EXPECT_EQ(parsed({"--version"}).command, Command::version);
  EXPECT_EQ(parsed({"version"}).command, Command::version);
}

TEST(ParseArguments, HelpNamesItsCommand) {
  const auto result = parse_arguments({"plan", "--help"});
  ASSERT_TRUE(result.ok());
  ASSERT_TRUE(std::holds_alternative<HelpWanted>(*result));
  EXPECT_EQ(std::get<HelpWanted>(*result).command.name, "plan");
}

TEST(CommandLineDescription, EveryOptionHasHelpAndHiddenCommandsStayHidden) {
  const CommandLine line = describe_command_line();
  for (const auto& command : line.commands) {
    EXPECT_FALSE(command.summary.empty()) << command.name;
    EXPECT_NE(command.name, "topics");
    for (const auto& option : command.options)
      EXPECT_FALSE(option.help.empty()) << command.name << " " << option.names.front();
  }
  EXPECT_EQ(line.commands.size(), 12U);
}

TEST(CommandLineDescription, HelpIsNeverWiderThanTheTerminal) {
  const CommandLine line = describe_command_line();
  for (const std::size_t width : {60U, 80U, 200U}) {
    const ui::Terminal terminal{width, false, true};
    std::string all = overview_text(line, terminal);
    for (const auto& command : line.commands)
      all += help_text(command, line.global_options, terminal);
    std::size_t begin = 0;
    for (std::size_t end = all.find('\n'); end != std::string::npos;
         begin = end + 1, end = all.find('\n', begin)) {
      EXPECT_LE(ui::display_width(std::string_view(all).substr(begin, end - begin)), width)
          << all.substr(begin, end - begin);
    }
    EXPECT_THAT(all, HasSubstr("--confirm-within TIME"));
  }
}

}  // namespace weir::app::arguments_test
