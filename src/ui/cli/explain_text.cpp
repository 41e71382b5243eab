#include "ui/cli/explain_text.h"

namespace weir::ui {
namespace {

constexpr std::size_t markdown_width = 100;  // of every page of this project

/// One paragraph, or one point of a list. Lines after the first begin with `indent`.
std::string wrap_markdown(const std::string& paragraph, std::string_view indent) {
  std::string text;
  for (const auto& line : wrap(paragraph, markdown_width - indent.size())) {
    if (!text.empty()) text += "\n" + std::string(indent);
    text += line;
  }
  return text + "\n";
}

}  // namespace

std::string explain_text(const ExplainPage& page, const Terminal& terminal) {
  std::string text = paint(terminal, Ink::bold, page.name) + "\n";
  const auto append = [&](std::string_view paragraph, std::string_view first_indent,
                          std::string_view indent) {
    bool first = true;
    for (const auto& line :
         wrap(to_terminal(terminal, paragraph), terminal.width - display_width(indent))) {
      text.append(first ? first_indent : indent).append(line).append("\n");
      first = false;
    }
  };
  if (!page.subtitle.empty()) append(page.subtitle, "", "");
  for (const auto& section : page.sections) {
    text += "\n" + paint(terminal, Ink::cyan, section.heading) + "\n";
    for (const auto& item : section.items)
      append(item, section.list ? "  - " : "  ", section.list ? "    " : "  ");
  }
  return text;
}

std::string explain_markdown(const ExplainPage& page) {
  std::string text = "## `" + page.name + "`\n\n";
  if (!page.subtitle.empty()) text += wrap_markdown(page.subtitle, "") + "\n";
  for (const auto& section : page.sections) {
    const std::string heading = "**" + section.heading + "**";
    if (!section.list && section.items.size() == 1) {
      text += wrap_markdown(heading + ": " + section.items.front(), "") + "\n";
      continue;
    }
    text += heading + "\n\n";
    for (const auto& item : section.items) text += "- " + wrap_markdown(item, "  ");
    text += "\n";
  }
  return text;
}

}  // namespace weir::ui
