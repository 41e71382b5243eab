// CommandLine: the commands and options as values. The help, the manual page and the completion are
// made from it. Not the parser: arguments.h.
#pragma once

#include <string>
#include <vector>

#include "ui/cli/terminal.h"

namespace weir::app {

struct OptionDescription {
  std::vector<std::string> names;  ///< "-o", "--output"; a positional has none
  std::string value;               ///< "FILE"; empty: a flag
  std::string help;
  bool repeatable = false;
  bool required = false;
  std::vector<std::string> words;  ///< the words that the completion offers as the value
};

struct CommandDescription {
  std::string name;
  std::string summary;
  std::vector<OptionDescription> positionals;
  std::vector<OptionDescription> options;
  std::string notes;  ///< paragraphs: exit codes, rights
};

struct CommandLine {
  std::vector<OptionDescription> global_options;
  std::vector<CommandDescription> commands;
};

/// "weir check [--for TIME] …".
[[nodiscard]] std::string usage(const CommandDescription& command);

/// The text that `weir COMMAND --help` prints.
[[nodiscard]] std::string help_text(const CommandDescription& command,
                                    const std::vector<OptionDescription>& global_options,
                                    const ui::Terminal& terminal);

/// The text that `weir` without a command prints.
[[nodiscard]] std::string overview_text(const CommandLine& line, const ui::Terminal& terminal);

}  // namespace weir::app
