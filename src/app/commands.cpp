// The list of commands. A new command is a file command_NAME.cpp and a row here.
#include <array>

#include "app/command.h"

namespace weir::app {

// Each function is in the file of its command, such as command_apply.cpp.
Command make_apply(CommandBuilder& builder);
Command make_check(CommandBuilder& builder);
Command make_completion(CommandBuilder& builder);
Command make_confirm(CommandBuilder& builder);
Command make_demo(CommandBuilder& builder);
Command make_drift(CommandBuilder& builder);
Command make_explain(CommandBuilder& builder);
Command make_history(CommandBuilder& builder);
Command make_man(CommandBuilder& builder);
Command make_plan(CommandBuilder& builder);
Command make_reference(CommandBuilder& builder);  // command_reference.cpp
Command make_size(CommandBuilder& builder);
Command make_snapshot(CommandBuilder& builder);
Command make_topics(CommandBuilder& builder);  // command_reference.cpp
Command make_undo(CommandBuilder& builder);
Command make_version(CommandBuilder& builder);

std::span<const CommandRow> all_commands() {
  static constexpr std::array rows{CommandRow{"check", make_check, ErrorCodes::unreadable},
                                   CommandRow{"snapshot", make_snapshot},
                                   CommandRow{"explain", make_explain},
                                   CommandRow{"plan", make_plan},
                                   CommandRow{"size", make_size},
                                   CommandRow{"apply", make_apply},
                                   CommandRow{"confirm", make_confirm},
                                   CommandRow{"undo", make_undo},
                                   CommandRow{"history", make_history},
                                   CommandRow{"drift", make_drift, ErrorCodes::unreadable},
                                   CommandRow{"demo", make_demo},
                                   CommandRow{"version", make_version},
                                   CommandRow{"man", make_man},
                                   CommandRow{"completion", make_completion},
                                   CommandRow{"reference", make_reference},
                                   CommandRow{"topics", make_topics}};
  return rows;
}

}  // namespace weir::app
