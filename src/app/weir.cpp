// weir: the command line. Reads the environment, runs the command that the words name, and reports
// errors.
#include <csignal>
#include <variant>

#include "app/arguments.h"
#include "app/command.h"
#include "app/environment.h"
#include "app/output.h"

namespace weir::app {
namespace {

int report(const Error& error, ErrorCodes codes) {
  write_error(error.message);
  return static_cast<int>(exit_code(error, codes));
}

int print(const std::string& text) {
  const auto written = write_out(text);
  return written ? 0 : report(written.error(), {});
}

// An exception here means a lack of memory or a bug; it ends the program.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(const std::vector<std::string>& words) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  occupy_standard_descriptors();
  const Environment environment = read_environment();
  const auto parsed = parse_arguments(all_commands(), words);
  if (!parsed) return report(parsed.error(), {});
  if (const auto* help = std::get_if<HelpWanted>(&*parsed)) {
    const auto line = describe_command_line(all_commands());
    const auto terminal = choose_terminal(environment, ColorChoice::automatic);
    return print(help->command.name.empty()
                     ? overview_text(line, terminal)
                     : help_text(help->command, line.global_options, terminal));
  }
  const auto& asked = std::get<Invocation>(*parsed);
  const auto terminal = choose_terminal(environment, asked.color);
  if (asked.row == nullptr)
    return print(overview_text(describe_command_line(all_commands()), terminal));
  const auto done = asked.command.run({words, environment, terminal});
  return done ? static_cast<int>(*done) : report(done.error(), asked.row->error_codes);
}

}  // namespace
}  // namespace weir::app

// NOLINTNEXTLINE(bugprone-exception-escape): as above.
int main(int argc, char** argv) {
  return weir::app::main(std::vector<std::string>(argv + 1, argv + argc));
}
