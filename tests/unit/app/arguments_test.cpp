#include "app/arguments.h"

#include <algorithm>
#include <array>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace weir::app::arguments_test {

using testing::ElementsAre;
using testing::HasSubstr;

/// A command of this test, as its file would hold it.
struct HelloOptions {
  std::string name;
  std::vector<std::string> files;
  std::vector<std::string> tags;
  std::string mood = "calm";
  bool loud = false;
};

void describe_hello(CommandBuilder& builder, HelloOptions& options) {
  builder.summary("Greets.");
  builder.notes("Needs no rights.");
  builder.option("name", "NAME", "whom", options.name);
  builder.require("name");
  builder.list("-f,--files", "FILE", "read these", options.files);
  builder.repeated("--tag", "TAG", "may be repeated", options.tags);
  builder.choice("--mood", "MOOD", "calm, glad or sad", {"calm", "glad", "sad"},
                 [&options](const std::string& word) { options.mood = word; });
  builder.flag("--loud", "greet loudly", options.loud);
  builder.need("--tag", "--loud");
  builder.exclude("--mood", {"--files", "--loud"});
}

/// Returns an error that names the options it got.
Result<ExitCode> run_hello(const Context& /*context*/, const HelloOptions& options) {
  return make_error(ErrorCode::conflict, options.name + " " + join_texts(options.files, "+") + " " +
                                             join_texts(options.tags, "+") + " " + options.mood +
                                             (options.loud ? " loud" : ""));
}

Command make_hello(CommandBuilder& builder) {
  return make_command(builder, describe_hello, run_hello);
}

Command make_secret(CommandBuilder& builder) {
  builder.summary("Is not shown.");
  builder.hide();
  return {};
}

constexpr std::array rows{CommandRow{"hello", make_hello, ErrorCodes::unreadable},
                          CommandRow{"secret", make_secret}};

Invocation invoked(std::span<const CommandRow> commands, const std::vector<std::string>& words) {
  auto result = parse_arguments(commands, words);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  if (!result.ok() || !std::holds_alternative<Invocation>(*result)) return {};
  return std::get<Invocation>(std::move(result).value());
}

/// What run_hello() got.
std::string greeted(const std::vector<std::string>& words) {
  const Invocation invocation = invoked(rows, words);
  if (!invocation.command.run) return "";
  const Environment environment;
  const auto done = invocation.command.run({words, environment, {}});
  return done.ok() ? "" : done.error().message;
}

std::string refused(std::span<const CommandRow> commands, const std::vector<std::string>& words) {
  const auto result = parse_arguments(commands, words);
  EXPECT_FALSE(result.ok());
  if (result.ok()) return "";
  EXPECT_EQ(result.error().code, ErrorCode::wrong_use);
  EXPECT_EQ(result.error().message.find('\n'), std::string::npos);
  return result.error().message;
}

TEST(ParseArguments, ACommandRunsWithItsOptions) {
  EXPECT_EQ(greeted({"hello", "you"}), "you   calm");
  EXPECT_EQ(greeted({"hello", "you", "-f", "a", "b", "--tag", "x", "--tag", "y", "--loud"}),
            "you a+b x+y calm loud");
  EXPECT_EQ(greeted({"hello", "--mood", "glad", "you"}), "you   glad");
}

TEST(ParseArguments, TheInvocationNamesItsRow) {
  EXPECT_EQ(invoked(rows, {"hello", "you"}).row, &rows[0]);
  EXPECT_EQ(invoked(rows, {"secret"}).row, &rows[1]);
  EXPECT_EQ(invoked(rows, {}).row, nullptr);
}

TEST(ParseArguments, ColourIsAskedForBeforeOrAfterTheCommand) {
  EXPECT_EQ(invoked(rows, {"secret"}).color, ColorChoice::automatic);
  EXPECT_EQ(invoked(rows, {"--color", "always", "secret"}).color, ColorChoice::always);
  EXPECT_EQ(invoked(rows, {"secret", "--color", "never"}).color, ColorChoice::never);
}

TEST(ParseArguments, EachMisuseGetsOneSentence) {
  EXPECT_EQ(refused(rows, {"hallo"}), "there is no command \"hallo\"; see `weir --help`");
  EXPECT_EQ(refused(rows, {"hello", "you", "--tall"}),
            "there is no option \"--tall\"; see `weir hello --help`");
  EXPECT_EQ(refused(rows, {"hello", "you", "two"}),
            "weir hello does not take \"two\"; see `weir hello --help`");
  EXPECT_EQ(refused(rows, {"hello"}), "weir hello needs a name; see `weir hello --help`");
  EXPECT_EQ(refused(rows, {"hello", ""}), "name must not be empty; see `weir hello --help`");
  EXPECT_EQ(refused(rows, {"hello", "you", "--mood"}),
            "--mood needs a value; see `weir hello --help`");
  EXPECT_EQ(refused(rows, {"hello", "you", "--mood", "wild"}),
            "--mood takes calm, glad or sad, not \"wild\"; see `weir hello --help`");
  EXPECT_EQ(refused(rows, {"hello", "you", "--tag", "x"}),
            "--tag is only used together with --loud; see `weir hello --help`");
  EXPECT_THAT(refused(rows, {"hello", "you", "--mood", "sad", "--loud"}),
              HasSubstr(" cannot be used together with "));
}

TEST(ParseArguments, HelpNamesItsCommand) {
  const auto of = [](const std::vector<std::string>& words) {
    const auto result = parse_arguments(rows, words);
    EXPECT_TRUE(result.ok() && std::holds_alternative<HelpWanted>(*result));
    return result.ok() ? std::get<HelpWanted>(*result).command : CommandDescription{};
  };
  EXPECT_EQ(of({"--help"}).name, "");
  const CommandDescription hello = of({"hello", "--help"});
  EXPECT_EQ(hello.name, "hello");
  EXPECT_EQ(hello.summary, "Greets.");
  EXPECT_EQ(hello.notes, "Needs no rights.");
  ASSERT_EQ(hello.positionals.size(), 1U);
  EXPECT_TRUE(hello.positionals[0].required);
  ASSERT_EQ(hello.options.size(), 5U) << "--help is one of them";
  EXPECT_THAT(hello.options[1].names, ElementsAre("-f", "--files"));
  EXPECT_EQ(hello.options[1].value, "FILE...");
  EXPECT_TRUE(hello.options[2].repeatable);
  EXPECT_THAT(hello.options[3].words, ElementsAre("calm", "glad", "sad"));
  EXPECT_EQ(hello.options[4].value, "");
}

TEST(ParseArguments, TheRowDecidesTheExitCodeOfAnError) {
  const Error conflict = make_error(ErrorCode::conflict, "");
  const Error io = make_error(ErrorCode::io, "");
  const Error wrong_use = make_error(ErrorCode::wrong_use, "");
  EXPECT_EQ(exit_code(conflict, ErrorCodes::failed_or_refused), ExitCode::refused);
  EXPECT_EQ(exit_code(io, ErrorCodes::failed_or_refused), ExitCode::failed);
  EXPECT_EQ(exit_code(wrong_use, ErrorCodes::failed_or_refused), ExitCode::wrong_use);
  EXPECT_EQ(exit_code(conflict, ErrorCodes::unreadable), ExitCode::unreadable);
  EXPECT_EQ(exit_code(io, ErrorCodes::unreadable), ExitCode::unreadable);
  EXPECT_EQ(exit_code(wrong_use, ErrorCodes::unreadable), ExitCode::wrong_use);
}

TEST(AllCommands, OnlyCheckAndDriftHaveTheirOwnCodeForErrors) {
  std::vector<std::string> names;
  for (const CommandRow& row : all_commands())
    if (row.error_codes == ErrorCodes::unreadable) names.emplace_back(row.name);
  EXPECT_THAT(names, ElementsAre("check", "drift"));
}

TEST(AllCommands, TheVersionIsAFlagAndACommand) {
  for (const char* word : {"--version", "version"}) {
    const Invocation invocation = invoked(all_commands(), {word});
    ASSERT_NE(invocation.row, nullptr) << word;
    EXPECT_STREQ(invocation.row->name, "version");
  }
}

TEST(AllCommands, PlanAndSizeCanMakeTheirPlanAgain) {
  const std::vector<std::vector<std::string>> makers{
      {"plan"},
      {"size", "--connections", "1M", "--rate", "50k/s", "--rtt", "50ms", "--bandwidth",
       "10Gbit/s"}};
  for (const auto& words : makers)
    EXPECT_TRUE(invoked(all_commands(), words).command.make_anew) << words[0];
  EXPECT_FALSE(invoked(all_commands(), {"apply", "x"}).command.make_anew);
}

/// The error sentence of a size with one changed option.
std::string refused_size(const std::string& option, const std::string& value) {
  std::vector<std::string> words{"size",  "--connections", "1M",          "--rate",  "50k/s",
                                 "--rtt", "50ms",          "--bandwidth", "10Gbit/s"};
  const auto found = std::find(words.begin(), words.end(), option);
  if (found == words.end()) {
    words.push_back(option);
    words.push_back(value);
  } else {
    *(found + 1) = value;
  }
  return refused(all_commands(), words);
}

TEST(AllCommands, ABadGoalGetsOneSentence) {
  EXPECT_EQ(
      refused_size("--idle", "120%"),
      "--idle takes a share such as 95% or 99.9%, from 0% to 100%, not \"120%\"; see `weir size --help`");
  for (const auto* bad : {"0", "-5", "many", "1.5", "99999999999999999999", ""})
    EXPECT_THAT(refused_size("--connections", bad), HasSubstr("--connections takes a number"));
  for (const auto* bad : {"50000", "0/s", "-1/s", "50000/m", "1e3/s"})
    EXPECT_THAT(refused_size("--rate", bad), HasSubstr("--rate takes new connections a second"));
  for (const auto* bad : {"0", "0ms", "-50ms", "50 parsecs", "2h"})
    EXPECT_THAT(refused_size("--rtt", bad), HasSubstr("--rtt takes a time"));
  for (const auto* bad : {"10G", "10GB/s", "0Gbit/s", "-1Gbit/s", "10"})
    EXPECT_THAT(refused_size("--bandwidth", bad), HasSubstr("--bandwidth takes a rate"));
  for (const auto* bad : {"95", "-1%", "half"})
    EXPECT_THAT(refused_size("--idle", bad), HasSubstr("--idle takes a share"));
  for (const auto* bad : {"0", "-1", "x"}) {
    EXPECT_THAT(refused_size("--upstream", bad), HasSubstr("--upstream takes"));
    EXPECT_THAT(refused_size("--keepalive-upstream", bad), HasSubstr("--keepalive-upstream takes"));
    EXPECT_THAT(refused_size("--workers", bad), HasSubstr("--workers takes"));
    EXPECT_THAT(refused_size("--flow", bad), HasSubstr("--flow takes"));
    EXPECT_THAT(refused_size("--pause", bad), HasSubstr("--pause takes"));
    EXPECT_THAT(refused_size("--cpus", bad), HasSubstr("--cpus takes"));
    EXPECT_THAT(refused_size("--ram", bad), HasSubstr("--ram takes"));
  }
  EXPECT_THAT(refused_size("--app-memory", "-1"), HasSubstr("--app-memory takes"));
}

TEST(AllCommands, AGoalWithoutItsRateNamesTheMissingOption) {
  EXPECT_EQ(refused(all_commands(),
                    {"size", "--connections", "1M", "--rtt", "50ms", "--bandwidth", "10Gbit/s"}),
            "weir size needs a --rate; see `weir size --help`");
}

TEST(AllCommands, EveryOptionHasHelpAndHiddenCommandsStayHidden) {
  const CommandLine line = describe_command_line(all_commands());
  for (const auto& command : line.commands) {
    EXPECT_FALSE(command.summary.empty()) << command.name;
    EXPECT_NE(command.name, "topics");
    for (const auto& option : command.options)
      EXPECT_FALSE(option.help.empty()) << command.name << " " << option.names.front();
  }
  EXPECT_LT(line.commands.size(), all_commands().size());
}

TEST(AllCommands, AnOptionTakesTheSameKindOfValueInEveryCommand) {
  std::map<std::string, OptionDescription> known;
  for (const auto& command : describe_command_line(all_commands()).commands)
    for (const auto& option : command.options)
      for (const auto& name : option.names) {
        const OptionDescription& first = known.emplace(name, option).first->second;
        EXPECT_EQ(option.value, first.value) << command.name << " " << name;
        EXPECT_EQ(option.words, first.words) << command.name << " " << name;
      }
}

TEST(AllCommands, HelpIsNeverWiderThanTheTerminal) {
  const CommandLine line = describe_command_line(all_commands());
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
