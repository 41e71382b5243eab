#include "ui/cli/explain_text.h"

#include <array>

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

constexpr std::size_t state_width = 12;  // "ESTABLISHED" and a blank

/// The pieces that lines are drawn with.
struct Strokes {
  std::string_view life, line, to_right, to_left, cross, event;
};

Strokes strokes_of(const Terminal& terminal) {
  if (terminal.unicode) return {"│", "─", "▶", "◀", "╳", "•"};
  return {"|", "-", ">", "<", "X", "*"};
}

/// A parameter's name without the prefix that nearly all names share. `weir explain` accepts both
/// forms.
std::string short_name(std::string_view name) {
  constexpr std::array<std::string_view, 4> prefixes{"net.ipv4.", "net.core.", "net.netfilter.",
                                                     "net."};
  for (const auto prefix : prefixes) {
    if (name.starts_with(prefix)) return std::string(name.substr(prefix.size()));
  }
  return std::string(name);
}

std::string parameters_line(const VisitStep& step) {
  std::string line = std::string(stage_id(step.stage));
  if (step.parameters.empty()) return line;
  line += step.side == Side::client ? " (client's):"
          : step.side == Side::both ? " (each side's):"
                                    : ":";
  for (std::size_t i = 0; i < step.parameters.size(); ++i)
    line += (i == 0 ? " " : ", ") + short_name(step.parameters[i]);
  return line;
}

/// Draws one scene; holds the values that every row needs.
class SceneDrawing {
 public:
  explicit SceneDrawing(const Terminal& terminal)
      : terminal_(terminal),
        strokes_(strokes_of(terminal)),
        middle_(terminal.width - 2 * state_width - 4) {}

  void draw_step(const VisitStep& step) {
    std::string client = step.client;
    std::string server = step.server;
    for (const auto& line : segment_lines(step)) {
      row(client, line, server);
      client.clear();
      server.clear();
    }
    if (step.direction != Direction::none) row("", arrow(step.direction), "");
    if (!step.waits.empty()) block("waits in: " + step.waits, Ink::yellow);
    block(parameters_line(step), Ink::green);
    if (!step.note.empty()) block(step.note, Ink::dim);
    row("", "", "");
  }

  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  [[nodiscard]] std::vector<std::string> segment_lines(const VisitStep& step) const {
    const std::string mark =
        step.direction == Direction::none ? std::string(strokes_.event) + " " : "";
    return wrap(mark + to_terminal(terminal_, step.segment), middle_);
  }

  [[nodiscard]] std::string arrow(Direction direction) const {
    switch (direction) {
      case Direction::to_server:
        return repeat(strokes_.line, middle_ - 1) + std::string(strokes_.to_right);
      case Direction::to_client:
        return std::string(strokes_.to_left) + repeat(strokes_.line, middle_ - 1);
      case Direction::crossing: {
        const std::size_t half = (middle_ - 3) / 2;
        return std::string(strokes_.to_left) + repeat(strokes_.line, half) +
               std::string(strokes_.cross) + repeat(strokes_.line, middle_ - 3 - half) +
               std::string(strokes_.to_right);
      }
      case Direction::none: break;
    }
    return {};
  }

  void block(const std::string& text, Ink ink) {
    for (const auto& line : wrap(to_terminal(terminal_, text), middle_ - 2))
      row("", "  " + paint(terminal_, ink, line), "");
  }

  void row(const std::string& client, const std::string& middle, const std::string& server) {
    const std::string life(strokes_.life);
    text_ += paint(terminal_, Ink::bold, pad_right(client, state_width)) + life + " " +
             pad_right(middle, middle_) + " " + life;
    if (!server.empty()) text_ += " " + paint(terminal_, Ink::bold, server);
    text_ += "\n";
  }

  const Terminal& terminal_;
  Strokes strokes_;
  std::size_t middle_;
  std::string text_;
};

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

std::string visit_text(const std::vector<VisitScene>& visit, const Terminal& terminal) {
  std::string text;
  for (
      const auto& line : wrap(
          "A client's visit, segment by segment. Names are shown without net.ipv4., net.core. and net.netfilter.; `weir explain NAME` explains a name.",
          terminal.width)) {
    text += line + "\n";
  }
  for (const auto& scene : visit) {
    text += "\n" + paint(terminal, Ink::cyan, to_terminal(terminal, scene.title)) + "\n";
    for (const auto& line : wrap(to_terminal(terminal, scene.summary), terminal.width))
      text += line + "\n";
    text += "\n" + pad_right(pad_right("client", state_width), terminal.width - state_width) +
            " server\n";
    SceneDrawing drawing(terminal);
    for (const auto& step : scene.steps) drawing.draw_step(step);
    text += std::move(drawing).take();
  }
  return text;
}

}  // namespace weir::ui
