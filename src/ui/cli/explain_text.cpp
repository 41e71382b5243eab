#include "ui/cli/explain_text.h"

namespace weir::ui {

std::string explain_text(const ExplainPage& page, const Terminal& terminal) {
  std::string text = paint(terminal, Ink::bold, page.name) + "\n";
  const auto append = [&](std::string_view paragraph, std::string_view first_indent, std::string_view indent) {
    bool first = true;
    for (const auto& line : wrap(to_terminal(terminal, paragraph), terminal.width - display_width(indent))) {
      text.append(first ? first_indent : indent).append(line).append("\n");
      first = false;
    }
  };
  if (!page.subtitle.empty()) append(page.subtitle, "", "");
  for (const auto& section : page.sections) {
    text += "\n" + paint(terminal, Ink::cyan, section.heading) + "\n";
    for (const auto& item : section.items) append(item, section.list ? "  - " : "  ", section.list ? "    " : "  ");
  }
  return text;
}

std::string explain_markdown(const ExplainPage& page) {
  std::string text = "## `" + page.name + "`\n\n";
  if (!page.subtitle.empty()) text += page.subtitle + "\n\n";
  for (const auto& section : page.sections) {
    text += "**" + section.heading + "**";
    if (!section.list && section.items.size() == 1) {
      text += ": " + section.items.front() + "\n\n";
      continue;
    }
    text += "\n\n";
    for (const auto& item : section.items) text += "- " + item + "\n";
    text += "\n";
  }
  return text;
}

}  // namespace weir::ui
