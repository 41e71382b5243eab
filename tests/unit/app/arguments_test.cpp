#include "app/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Arguments parsed(const std::vector<std::string>& words) {
  const auto result = parse_arguments(words);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return result.ok() && std::holds_alternative<Arguments>(*result) ? std::get<Arguments>(*result) : Arguments{};
}

TEST(ParseArguments, NothingIsTheOverview) { EXPECT_EQ(parsed({}).command, Command::overview); }

TEST(ParseArguments, CheckTakesEveryOption) {
  const auto arguments = parsed({"check",   "--for", "5s",      "--json", "--port",    "80",       "--port", "443",    "--stage", "accept-queue",
                                 "--stage", "host",  "--netns", "blue",   "--fail-on", "critical", "--save", "r.json", "--color", "always"});
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

TEST(ParseArguments, ConfigTakesSeveralFilesAndADescribedHost) {
  const auto arguments = parsed({"check", "--config", "a.conf", "b.conf", "--kernel", "5.14", "--ram", "64GiB", "--cpus", "8"});
  EXPECT_THAT(arguments.config, ElementsAre("a.conf", "b.conf"));
  EXPECT_EQ(arguments.kernel, "5.14");
  EXPECT_EQ(arguments.memory, Bytes{64LL << 30U});
  EXPECT_EQ(arguments.cpus, 8);
}

TEST(ParseArguments, ApplyTakesAPlanAndADeadline) {
  const auto arguments = parsed({"apply", "plan.json", "--confirm-within", "60s", "--dry-run", "--state", "/tmp/s"});
  EXPECT_EQ(arguments.command, Command::apply);
  EXPECT_EQ(arguments.plan_file, "plan.json");
  EXPECT_EQ(arguments.confirm_within, seconds(60));
  EXPECT_TRUE(arguments.dry_run);
  EXPECT_EQ(arguments.state_folder, "/tmp/s");
}

TEST(ParseArguments, UndoTakesAnEntryOrNone) {
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
    for (const auto& option : command.options) EXPECT_FALSE(option.help.empty()) << command.name << " " << option.names.front();
  }
  EXPECT_EQ(line.commands.size(), 10U);
}

TEST(CommandLineDescription, HelpIsNeverWiderThanTheTerminal) {
  const CommandLine line = describe_command_line();
  for (const std::size_t width : {60U, 80U, 200U}) {
    const ui::Terminal terminal{width, false, true};
    std::string all = overview_text(line, terminal);
    for (const auto& command : line.commands) all += help_text(command, line.global_options, terminal);
    std::size_t begin = 0;
    for (std::size_t end = all.find('\n'); end != std::string::npos; begin = end + 1, end = all.find('\n', begin)) {
      EXPECT_LE(ui::display_width(std::string_view(all).substr(begin, end - begin)), width) << all.substr(begin, end - begin);
    }
    EXPECT_THAT(all, HasSubstr("--confirm-within TIME"));
  }
}

}  // namespace
}  // namespace weir::app
