// Command: one command of weir with its options, its input and result, and its row in the list. Not
// the list: commands.cpp. Not the description and parsing of options: arguments.h.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/environment.h"
#include "app/options.h"
#include "base/result.h"
#include "base/units.h"
#include "model/plan.h"
#include "ui/cli/terminal.h"

namespace weir::app {

class CommandBuilder;

enum class ExitCode {
  ok = 0,
  failed = 1,  ///< check: a finding at or above --fail-on; drift: a value differs from weir's
  wrong_use = 2,
  unreadable = 3,  ///< check, drift: the host or a file could not be read or written
  refused = 4,     ///< the host does not match the plan or the command; nothing was changed
  changed = 10,    ///< apply --detailed-exit-code
};

/// How a command's exit code distinguishes its errors. Wrong use is always wrong_use.
enum class ErrorCodes {
  failed_or_refused,  ///< refused for a conflict, failed for all others
  unreadable,         ///< for all, because 1 and 0 say what the command found
};

struct Context {
  /// the words of the command line; a plan keeps the words that made it
  const std::vector<std::string>& words;
  const Environment& environment;
  ui::Terminal terminal;  ///< what standard output shows
};

/// The options of `weir plan --rebase FILE` that replace those in the file's words.
struct Rebase {
  std::string file;
  std::optional<Nanoseconds> window;
  NamespaceOption place;
};

/// A command with its options. Call its functions only after the parser has filled the options.
struct Command {
  std::function<Result<ExitCode>(const Context&)> run;
  /// only for a command that writes plans: makes the plan again, with the same options, on this
  /// host as it is now
  std::function<Result<Plan>(const Context&, const Rebase&)> make_anew = {};
};

/// One row of the list of commands.
struct CommandRow {
  const char* name;  ///< as the user types it
  /// Describes the command and its options.
  Command (*make)(CommandBuilder& builder);
  ErrorCodes error_codes = ErrorCodes::failed_or_refused;
};

/// All commands, in the order of the overview and the manual page.
[[nodiscard]] std::span<const CommandRow> all_commands();

/// The command whose options `describe` adds. `run` gets the options.
template <typename Options>
[[nodiscard]] Command make_command(CommandBuilder& builder,
                                   void (*describe)(CommandBuilder&, Options&),
                                   Result<ExitCode> (*run)(const Context&, const Options&)) {
  const auto options = std::make_shared<Options>();
  describe(builder, *options);
  return {[options, run](const Context& context) { return run(context, *options); }};
}

/// The same for a command that writes plans. `make_anew` gets its own copy of the options.
template <typename Options>
[[nodiscard]] Command make_plan_command(CommandBuilder& builder,
                                        void (*describe)(CommandBuilder&, Options&),
                                        Result<ExitCode> (*run)(const Context&, const Options&),
                                        Result<Plan> (*make_anew)(const Context&, Options,
                                                                  const Rebase&)) {
  const auto options = std::make_shared<Options>();
  describe(builder, *options);
  return {[options, run](const Context& context) { return run(context, *options); },
          [options, make_anew](const Context& context, const Rebase& rebase) {
            return make_anew(context, *options, rebase);
          }};
}

/// The exit code for an error of a command with these codes. Pure.
[[nodiscard]] inline ExitCode exit_code(const Error& error, ErrorCodes codes) {
  if (error.code == ErrorCode::wrong_use) return ExitCode::wrong_use;
  if (codes == ErrorCodes::unreadable) return ExitCode::unreadable;
  return error.code == ErrorCode::conflict ? ExitCode::refused : ExitCode::failed;
}

}  // namespace weir::app
