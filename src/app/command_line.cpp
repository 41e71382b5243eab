#include "app/command_line.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace weir::app {
namespace {

using ui::Ink;
using ui::Terminal;

std::string signature(const OptionDescription& option) {
  if (option.names.empty()) return option.value;
  return join_texts(option.names, ", ") + (option.value.empty() ? "" : " " + option.value);
}

struct Row {
  std::string left;
  std::string right;
};

std::string two_columns(const std::vector<Row>& rows, const Terminal& terminal) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, ui::display_width(row.left));
  std::string text;
  for (const auto& row : rows) {
    std::string left = "  " + ui::pad_right(ui::paint(terminal, Ink::cyan, row.left), width) + "  ";
    for (const auto& line :
         ui::wrap(ui::to_terminal(terminal, row.right), terminal.width - width - 4)) {
      text += std::exchange(left, std::string(width + 4, ' ')) + line + "\n";
    }
  }
  return text;
}

std::string paragraphs(const std::string& text, const Terminal& terminal) {
  std::string out;
  for (const auto part : split(text, '\n')) {
    if (part.empty()) continue;
    out += "\n";
    for (const auto& line : ui::wrap(ui::to_terminal(terminal, part), terminal.width))
      out += line + "\n";
  }
  return out;
}

std::vector<Row> rows_of(const std::vector<OptionDescription>& options) {
  std::vector<Row> rows;
  rows.reserve(options.size());
  for (const auto& option : options) rows.push_back({signature(option), option.help});
  return rows;
}

std::string heading(const std::string& text, const Terminal& terminal) {
  return "\n" + ui::paint(terminal, Ink::bold, text) + "\n";
}

}  // namespace

std::string usage(const CommandDescription& command) {
  std::string text = "weir " + command.name;
  for (const auto& positional : command.positionals)
    text += positional.required ? " " + positional.value : " [" + positional.value + "]";
  return text + " [OPTION]…";
}

std::string help_text(const CommandDescription& command,
                      const std::vector<OptionDescription>& global_options,
                      const Terminal& terminal) {
  std::string text = ui::paint(terminal, Ink::bold, ui::to_terminal(terminal, usage(command))) +
                     "\n" + paragraphs(command.summary, terminal);
  if (!command.positionals.empty())
    text += "\n" + two_columns(rows_of(command.positionals), terminal);
  std::vector<OptionDescription> options = command.options;
  for (const auto& option : global_options) {
    const auto same = [&option](const OptionDescription& other) {
      return other.names == option.names;
    };
    const bool is_version = !option.names.empty() && option.names.back() == "--version";
    if (!is_version && std::none_of(options.begin(), options.end(), same))
      options.push_back(option);
  }
  text += heading("Options", terminal) + two_columns(rows_of(options), terminal);
  return text + paragraphs(command.notes, terminal);
}

std::string overview_text(const CommandLine& line, const Terminal& terminal) {
  std::string text;
  for (
      const auto& part : ui::wrap(
          "weir finds what limits a Linux server under very many connections, and changes it safely.",
          terminal.width))
    text += part + "\n";
  text += heading("Begin with", terminal);
  text += two_columns(
      {{"weir check",
        "the headroom of each stage of a connection's life, and what limits this server"},
       {"weir check --port 443 --for 10s", "one server, watched for longer"},
       {"weir explain", "a client's visit, with each parameter at the step that it affects"},
       {"weir explain somaxconn", "what the kernel really does with a parameter"},
       {"weir plan -o plan.json", "the changes that the findings ask for, as reversible steps"},
       {"weir apply plan.json --confirm-within 60s",
        "all steps or none; undone unless you confirm"},
       {"weir size --help", "what a given load needs on this host, and what breaks first"},
       {"weir check --config /etc/sysctl.d",
        "which lines of sysctl files are wrong, useless or harmful"}},
      terminal);
  text += heading("Commands", terminal);
  std::vector<Row> rows;
  for (const auto& command : line.commands) rows.push_back({command.name, command.summary});
  text += two_columns(rows, terminal);
  return text + "\n`weir COMMAND --help` says more.\n";
}

}  // namespace weir::app
