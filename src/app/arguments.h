// Arguments: what the command line asks for, checked; and the command line's own description.
// Not the doing: command_*.cpp. CLI11 is known to arguments.cpp alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/command_line.h"
#include "base/result.h"
#include "base/units.h"
#include "model/severity.h"
#include "model/sizing.h"
#include "model/stage.h"

namespace weir::app {

enum class Command {
  overview,
  check,
  snapshot,
  explain,
  plan,
  size,
  apply,
  confirm,
  undo,
  history,
  drift,
  demo,
  version,
  man,
  completion,
  reference,
  topics
};

enum class ColorChoice { automatic, always, never };

/// Which network namespace: the caller's own unless one of them is given.
struct Place {
  std::string netns;  ///< a name that `ip netns` gave, or a path
  std::optional<std::int64_t> pid;
};

struct Arguments {
  std::vector<std::string> words;  ///< as they were given
  Command command = Command::overview;
  ColorChoice color = ColorChoice::automatic;
  Place place;
  std::optional<Nanoseconds> window;
  bool json = false;
  std::vector<std::int64_t> ports;
  std::vector<Stage> stages;
  Severity fail_on = Severity::warning;
  std::string from;    ///< a recording to read instead of the host
  std::string since;   ///< an earlier snapshot to compare the host with
  std::string save;    ///< where the recording that was judged is written to
  std::string output;  ///< "-": stdout
  std::vector<std::string> config;
  std::string kernel;
  std::optional<Bytes> memory;
  std::optional<std::int64_t> cpus;
  SizingGoal goal;
  bool verbose = false;
  std::string topic;
  std::string plan_file;
  std::optional<Nanoseconds> confirm_within;
  std::string state_folder;
  bool dry_run = false;
  bool no_confirm = false;          ///< also what can cut traffic stays without a confirmation
  bool detailed_exit_code = false;  ///< tell "changed" from "unchanged"
  std::string probe;                ///< a command that must succeed after the last step
  std::string profile;
  std::vector<std::string> allowed;      ///< settings whose harmful values are taken
  std::vector<std::string> wishes;       ///< NAME=VALUE
  std::vector<std::string> from_config;  ///< sysctl files to plan against
  std::string rebase;                    ///< a plan to be made anew
  bool force = false;
  bool persist = false;
  std::optional<std::int64_t> entry;
};

/// Help was asked for, for this command.
struct HelpWanted {
  CommandDescription command;
};

/// Errors: wrong_use, in one sentence that says how to get help.
[[nodiscard]] Result<std::variant<Arguments, HelpWanted>> parse_arguments(
    const std::vector<std::string>& words);

/// The whole command line, from the same data.
[[nodiscard]] CommandLine describe_command_line();

}  // namespace weir::app
