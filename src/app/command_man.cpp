// `weir man`, which no help shows: packaging/weir.1, in the language of man(7).
#include "app/arguments.h"
#include "app/command.h"
#include "app/command_line.h"
#include "app/output.h"
#include "base/text.h"
#include "base/version.h"

namespace weir::app {
namespace {

/// Escapes text so that man(7) shows it literally: backslashes, hyphens that are minus signs, and a
/// dot or quote at the beginning of a line.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return out;
}

/// Prose with `code` in bold.
std::string roff_prose(std::string_view text) {
  std::string out;
  bool code = false;
  for (const auto part : split(text, '`')) {
    out += code ? "\\fB" + roff(part) + "\\fR" : roff(part);
    code = !code;
  }
  return out;
}

std::string option_entry(const OptionDescription& option) {
  std::string names;
  for (const auto& name : option.names)
    names += (names.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
  if (!option.value.empty())
    names += (names.empty() ? "" : " ") + ("\\fI" + roff(option.value) + "\\fR");
  return ".TP\n" + names + "\n" + roff_prose(option.help) + "\n";
}

std::string command_section(const CommandDescription& command) {
  std::string text = ".SS weir " + roff(command.name);
  for (const auto& positional : command.positionals)
    text +=
        positional.required ? " " + roff(positional.value) : " [" + roff(positional.value) + "]";
  text += "\n" + roff_prose(command.summary) + "\n";
  for (const auto& positional : command.positionals) text += option_entry(positional);
  for (const auto& option : command.options) {
    const bool is_help = option.names.back() == "--help";
    if (!is_help) text += option_entry(option);
  }
  for (const auto paragraph : split(command.notes, '\n')) {
    if (!paragraph.empty()) text += ".PP\n" + roff_prose(paragraph) + "\n";
  }
  return text;
}

constexpr std::string_view page_title = R"(.\" Printed by `weir man`; do not edit.
.TH WEIR 1 "" "weir )";

constexpr std::string_view page_head = R"(" "User Commands"
.SH NAME
weir \- finds what limits a Linux server under very many connections, and changes it safely
.SH SYNOPSIS
.B weir
.I COMMAND
.RI [ OPTION ]...
.SH DESCRIPTION
A connection's life is a chain of finite resources: the link, the neighbour entry, the SYN queue,
the accept queue, buffers and windows, transmission, idle time, the close, TIME_WAIT, outgoing
connections, and the host's own limits. \fBweir\fR measures each of these stages and names the one
that overflows, with evidence. It writes the remedy as a plan of reversible steps, which you can
apply, confirm and undo.
.SH OPTIONS
)";

constexpr std::string_view page_tail = R"(.SH FILES
.TP
.I /var/lib/weir/journal.db
The changes, with the old values.
.SH ENVIRONMENT
.TP
.B NO_COLOR
When it is set and not empty, nothing is coloured unless \fB\-\-color always\fR is given.
.TP
.B COLUMNS
The width of the text, if standard output is not a terminal.
.SH SEE ALSO
.BR ss (8),
.BR sysctl (8),
.BR sysctl.d (5),
.BR tcp (7)
)";

std::string man_page(const CommandLine& line) {
  std::string text(page_title);
  text.append(version()).append(page_head);
  for (const auto& option : line.global_options) text += option_entry(option);
  text += ".SH COMMANDS\n";
  for (const auto& command : line.commands) text += command_section(command);
  return text + std::string(page_tail);
}

Result<ExitCode> run_man(const Context& /*context*/) {
  WEIR_CHECK(write_out(man_page(describe_command_line(all_commands()))));
  return ExitCode::ok;
}

}  // namespace

Command make_man(CommandBuilder& builder) {
  builder.summary("Prints the manual page.");
  builder.hide();
  return {run_man};
}

}  // namespace weir::app
