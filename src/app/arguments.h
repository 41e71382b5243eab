// The command line: a command describes its options with CommandBuilder, and parse_arguments()
// fills them. Not the commands: command_*.cpp. CLI11 is known to arguments.cpp alone.
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

/// Makes a value of an option's text. Errors: as TakeText's.
template <typename Value>
using ParseText = std::function<Result<Value>(const std::string& text)>;

/// Describes one command. `names` are one or two names of an option, "-o,--output", or one without
/// a hyphen for a positional argument; `value` stands for its value in the help, and tells the
/// completion what to offer (command_completion.cpp). Each option fills its target while the words
/// are parsed, so the target must outlive the parsing.
class CommandBuilder {
 public:
  using OfferedWords = std::map<const CLI::Option*, std::vector<std::string>>;

  /// Both outlive the builder.
  CommandBuilder(CLI::App& app, OfferedWords& offered) : app_(app), offered_(offered) {}

  void summary(const std::string& text);
  /// What follows the options in the help: exit codes, rights. Newlines part its paragraphs.
  void notes(const std::string& text);
  /// The command is run by scripts; no help names it.
  void hide();

  void flag(const std::string& names, const std::string& help, bool& target);

  /// An option with one value.
  void option(const std::string& names, const std::string& value, const std::string& help,
              const TakeText& take);
  /// A text that must not be empty.
  void option(const std::string& names, const std::string& value, const std::string& help,
              std::string& target);
  /// A value that `parse` makes of the text; it returns a Result whose error names the option.
  template <typename Target, typename Parse>
  void option(const std::string& names, const std::string& value, const std::string& help,
              Target& target, Parse parse) {
    option(names, value, help, [&target, parse](const std::string& text) -> Status {
      WEIR_TRY(target, parse(text));
      return {};
    });
  }

  /// An option whose value is one of these words.
  void choice(const std::string& names, const std::string& value, const std::string& help,
              const std::vector<std::string>& words,
              const std::function<void(const std::string&)>& take);

  /// An option that may come several times, each time with one value.
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

  /// An option that takes all words up to the next option.
  void list(const std::string& names, const std::string& value, const std::string& help,
            std::vector<std::string>& target);

  // The following name options that were added before.

  void require(const std::string& name);
  /// `name` cannot be used together with any of the others.
  void exclude(const std::string& name, std::initializer_list<const char*> others);
  /// `name` is only used together with `other`.
  void need(const std::string& name, const std::string& other);
  /// The completion offers these words as the option's value.
  void offer(const std::string& name, std::vector<std::string> words);

 private:
  CLI::App& app_;
  OfferedWords& offered_;
};

/// "--ram takes a size such as 64GiB, not "many"": `expected` is the part before the comma.
[[nodiscard]] Error wrong_value(const std::string& expected, const std::string& text);

/// A whole number. Both ends are allowed.
[[nodiscard]] ParseText<std::int64_t> number_between(const std::string& option, std::int64_t least,
                                                     std::int64_t most);

/// A time with its unit. Both ends are allowed; `range` says them, "from 1s to 24h".
[[nodiscard]] ParseText<Nanoseconds> time_between(const std::string& option, Nanoseconds least,
                                                  Nanoseconds most, const std::string& range);

/// What the words ask for.
struct Invocation {
  const CommandRow* row = nullptr;  ///< nullptr: no command was named
  Command command;                  ///< with its options; empty without a row
  ColorChoice color = ColorChoice::automatic;
};

/// Help was asked for, for this command; without a name, for the whole program.
struct HelpWanted {
  CommandDescription command;
};

/// --version asks for the command "version", where there is one. Errors: wrong_use, in one sentence
/// that says how to get help.
[[nodiscard]] Result<std::variant<Invocation, HelpWanted>> parse_arguments(
    std::span<const CommandRow> rows, const std::vector<std::string>& words);

/// The whole command line, but for hidden commands.
[[nodiscard]] CommandLine describe_command_line(std::span<const CommandRow> rows);

}  // namespace weir::app
