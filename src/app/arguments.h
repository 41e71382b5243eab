// The command line: a command describes its options with CommandBuilder, and parse_arguments()
// fills them. Not the commands: command_*.cpp. Only arguments.cpp knows CLI11.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/command.h"
#include "app/command_line.h"
#include "app/environment.h"
#include "base/result.h"
#include "base/units.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace weir::app {

/// Takes the text of an option. Errors: wrong_use; the sentence names the option.
using TakeText = std::function<Status(const std::string& text)>;

/// Makes a value from the text of an option. Errors: as TakeText's.
template <typename Value>
using ParseText = std::function<Result<Value>(const std::string& text)>;

/// Describes one command. `names` are one or two names of an option, "-o,--output", or a name
/// without a hyphen for a positional argument. `value` is the option's value in the help. It also
/// decides what the completion offers (command_completion.cpp). Each option fills its target while
/// the words are parsed, so the target must outlive the parsing.
class CommandBuilder {
 public:
  using OfferedWords = std::map<const CLI::Option*, std::vector<std::string>>;

  /// Both outlive the builder.
  CommandBuilder(CLI::App& app, OfferedWords& offered) : app_(app), offered_(offered) {}

  void summary(const std::string& text);
  /// Text after the options in the help: exit codes, rights. Newlines separate its paragraphs.
  void notes(const std::string& text);
  /// Hides the command from the help. Only scripts run it.
  void hide();

  void flag(const std::string& names, const std::string& help, bool& target);

  /// Adds an option with one value.
  void option(const std::string& names, const std::string& value, const std::string& help,
              const TakeText& take);
  /// The same for a text that must not be empty.
  void option(const std::string& names, const std::string& value, const std::string& help,
              std::string& target);
  /// The same for a value that `parse` makes from the text. `parse` returns a Result whose error
  /// names the option.
  template <typename Target, typename Parse>
  void option(const std::string& names, const std::string& value, const std::string& help,
              Target& target, Parse parse) {
    option(names, value, help, [&target, parse](const std::string& text) -> Status {
      WEIR_TRY(target, parse(text));
      return {};
    });
  }

  /// Adds an option whose value is one of these words.
  void choice(const std::string& names, const std::string& value, const std::string& help,
              const std::vector<std::string>& words,
              const std::function<void(const std::string&)>& take);

  /// Adds an option that may come several times, each time with one value.
  void repeated(const std::string& names, const std::string& value, const std::string& help,
                const TakeText& take);
  void repeated(const std::string& names, const std::string& value, const std::string& help,
                std::vector<std::string>& target);
  template <typename Value, typename Parse>
  void repeated(const std::string& names, const std::string& value, const std::string& help,
                std::vector<Value>& target, Parse parse) {
    repeated(names, value, help, [&target, parse](const std::string& text) -> Status {
      WEIR_TRY(Value taken, parse(text));
      target.push_back(std::move(taken));
      return {};
    });
  }

  /// Adds an option that takes all words up to the next option.
  void list(const std::string& names, const std::string& value, const std::string& help,
            std::vector<std::string>& target);

  // These functions name options that were added before.

  void require(const std::string& name);
  /// `name` cannot be used together with any of the others.
  void exclude(const std::string& name, std::initializer_list<const char*> others);
  /// `name` can only be used together with `other`.
  void need(const std::string& name, const std::string& other);
  /// The completion offers these words as the option's value.
  void offer(const std::string& name, std::vector<std::string> words);

 private:
  CLI::App& app_;
  OfferedWords& offered_;
};

/// "--ram takes a size such as 64GiB, not "many"": `expected` is the part before the comma.
[[nodiscard]] Error wrong_value(const std::string& expected, const std::string& text);

/// Parses a whole number. Both ends are allowed.
[[nodiscard]] ParseText<std::int64_t> number_between(const std::string& option, std::int64_t least,
                                                     std::int64_t most);

/// Parses a time with its unit. Both ends are allowed; `range` names them: "from 1s to 24h".
[[nodiscard]] ParseText<Nanoseconds> time_between(const std::string& option, Nanoseconds least,
                                                  Nanoseconds most, const std::string& range);

/// The command that the user asked for.
struct Invocation {
  const CommandRow* row = nullptr;  ///< nullptr: the user named no command
  Command command;                  ///< with its options; empty without a row
  ColorChoice color = ColorChoice::automatic;
};

/// The user asked for help: for this command, or without a name for the whole program.
struct HelpWanted {
  CommandDescription command;
};

/// --version runs the command "version", if the list has it. Errors: wrong_use, in one sentence
/// that says how to get help.
[[nodiscard]] Result<std::variant<Invocation, HelpWanted>> parse_arguments(
    std::span<const CommandRow> rows, const std::vector<std::string>& words);

/// The whole command line without the hidden commands.
[[nodiscard]] CommandLine describe_command_line(std::span<const CommandRow> rows);

}  // namespace weir::app
