// weir: the command line. Reads the environment, chooses the command, and says what went wrong.
#include <csignal>
#include <variant>

#include "app/arguments.h"
#include "app/command_demo.h"
#include "app/commands.h"
#include "app/environment.h"
#include "app/observe.h"
#include "app/output.h"
#include "base/version.h"
#include "kernel/linux/spawn.h"

namespace weir::app {

Result<ExitCode> run_demo(const Context& context) {
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_TRY(const auto watchdog, kernel::DeadmanSpawner::open(kernel::find_deadman_program()));
  const auto write = [](std::string_view text) { static_cast<void>(write_out(text).ok()); };
  WEIR_TRY(const bool improved, demo({catalog, *watchdog, context.terminal, write}));
  return improved ? ExitCode::ok : ExitCode::failed;
}

namespace {

Result<ExitCode> print(const std::string& text) {
  WEIR_CHECK(write_out(text));
  return ExitCode::ok;
}

Result<ExitCode> run(const Context& context) {
  switch (context.arguments.command) {
    case Command::overview: return print(overview_text(describe_command_line(), context.terminal));
    case Command::check: return run_check(context);
    case Command::snapshot: return run_snapshot(context);
    case Command::explain: return run_explain(context);
    case Command::plan: return run_plan(context);
    case Command::size: return run_size(context);
    case Command::apply: return run_apply(context);
    case Command::confirm: return run_confirm(context);
    case Command::undo: return run_undo(context);
    case Command::history: return run_history(context);
    case Command::drift: return run_drift(context);
    case Command::demo: return run_demo(context);
    case Command::version: return print("weir " + std::string(version()) + "\n");
    case Command::man: return print(man_page(describe_command_line()));
    case Command::completion: return print(bash_completion(describe_command_line()));
    case Command::reference: return run_reference(context);
    case Command::topics: return run_topics(context);
  }
  return ExitCode::wrong_use;
}

/// `check` and `drift` tell what they could not read from what they found; the other commands tell
/// a refusal from a failure.
ExitCode exit_code(const Error& error, Command command) {
  if (error.code == ErrorCode::wrong_use) return ExitCode::wrong_use;
  if (command == Command::check || command == Command::drift) return ExitCode::unreadable;
  return error.code == ErrorCode::conflict ? ExitCode::refused : ExitCode::failed;
}

int report(const Error& error, Command command) {
  write_error(error.message);
  return static_cast<int>(exit_code(error, command));
}

// What is thrown here is want of memory or a bug, and ends the program as such.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(const std::vector<std::string>& words) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  occupy_standard_descriptors();
  const Environment environment = read_environment();
  const auto parsed = parse_arguments(words);
  if (!parsed) return report(parsed.error(), Command::overview);
  if (const auto* help = std::get_if<HelpWanted>(&*parsed)) {
    const auto line = describe_command_line();
    const auto terminal = choose_terminal(environment, ColorChoice::automatic);
    const auto done =
        print(help->command.name.empty() ? overview_text(line, terminal)
                                         : help_text(help->command, line.global_options, terminal));
    return done ? 0 : report(done.error(), Command::overview);
  }
  const auto& arguments = std::get<Arguments>(*parsed);
  const auto done = run({arguments, environment, choose_terminal(environment, arguments.color)});
  return done ? static_cast<int>(*done) : report(done.error(), arguments.command);
}

}  // namespace
}  // namespace weir::app

// NOLINTNEXTLINE(bugprone-exception-escape): as above.
int main(int argc, char** argv) {
  return weir::app::main(std::vector<std::string>(argv + 1, argv + argc));
}
