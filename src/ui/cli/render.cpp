#include "ui/cli/render.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "base/text.h"
#include "ui/cli/chain_text.h"
#include "ui/cli/layout.h"

namespace weir::ui {
namespace {

/// The first line follows `first`; the other lines follow the same width of blanks.
std::string hang(const std::string& first, const Text& text, std::size_t width,
                 const Terminal& terminal) {
  const std::size_t indent = display_width(first);
  std::string out;
  for (const auto& line : wrap(terminal, text, width - std::min(width, indent))) {
    out += (out.empty() ? first : std::string(line.empty() ? 0 : indent, ' ')) + line + "\n";
  }
  return out;
}

std::string blanks(int count) { return repeat(" ", static_cast<std::size_t>(std::max(count, 0))); }

class Renderer {
 public:
  explicit Renderer(const Terminal& terminal) : terminal_(terminal) {}

  void operator()(const Gap& /*gap*/) { out_ += "\n"; }
  void operator()(const Chain& chain) { out_ += chain_text(chain, terminal_); }

  void operator()(const Paragraph& paragraph) {
    const std::string first =
        blanks(paragraph.indent) +
        (paragraph.mark == Mark::none ? "" : mark_text(paragraph.mark, terminal_));
    out_ += hang(first, paragraph.text, terminal_.width, terminal_);
  }

  void operator()(const Fields& fields) {
    std::size_t label_width = 0;
    for (const auto& field : fields.fields)
      label_width = std::max(label_width, display_width(field.label));
    for (const auto& field : fields.fields) {
      std::string label = paint(terminal_, Tone::dim, field.label) +
                          std::string(label_width - display_width(field.label), ' ');
      for (const auto& line : field.lines) {
        out_ += hang(blanks(fields.indent) + label + "  ", line, readable_width(), terminal_);
        label = std::string(label_width, ' ');
      }
    }
  }

  void operator()(const Table& table) {
    const std::vector<std::size_t> widths = column_widths(table);
    std::vector<Text> titles;
    for (const auto& column : table.columns) titles.push_back({{column.title, Tone::dim}});
    add_row(table, titles, widths);
    for (const auto& row : table.rows) add_row(table, row, widths);
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  static constexpr std::size_t column_gap = 2;

  /// Prose is hard to read on longer lines.
  [[nodiscard]] std::size_t readable_width() const {
    return std::min<std::size_t>(terminal_.width, 120);
  }

  [[nodiscard]] std::size_t text_width(const Text& text) const {
    std::size_t width = 0;
    std::size_t widest = 0;
    for (const auto& span : text) {
      bool first = true;
      for (const auto line : split(span.text, '\n')) {
        if (!std::exchange(first, false)) width = 0;
        width += display_width(printable(terminal_, line));
        widest = std::max(widest, width);
      }
    }
    return widest;
  }

  /// Each column is as wide as its texts if all fit. Otherwise only the last column may take more
  /// than a third.
  [[nodiscard]] std::vector<std::size_t> column_widths(const Table& table) const {
    std::vector<std::size_t> widths;
    std::size_t natural = 0;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      std::size_t width = display_width(table.columns[i].title);
      for (const auto& row : table.rows) width = std::max(width, text_width(row[i]));
      widths.push_back(width);
      natural += width + (i == 0 ? 0 : column_gap);
    }
    if (natural <= terminal_.width) return widths;
    std::size_t taken = 0;
    for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
      widths[i] = std::min(widths[i], terminal_.width / 3);
      taken += widths[i] + column_gap;
    }
    constexpr std::size_t narrowest_last = 10;
    widths.back() = terminal_.width - std::min(taken, terminal_.width - narrowest_last);
    return widths;
  }

  void add_row(const Table& table, const std::vector<Text>& row,
               const std::vector<std::size_t>& widths) {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells.push_back(wrap(terminal_, row[i], widths[i]));
      height = std::max(height, cells.back().size());
    }
    for (std::size_t line = 0; line < height; ++line) {
      std::string text;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string_view cell =
            line < cells[i].size() ? std::string_view(cells[i][line]) : std::string_view{};
        text += (i == 0 ? "" : std::string(column_gap, ' ')) +
                (table.columns[i].right ? pad_left(cell, widths[i]) : pad_right(cell, widths[i]));
      }
      while (text.ends_with(' ')) text.pop_back();
      out_ += text + "\n";
    }
  }

  const Terminal& terminal_;
  std::string out_;
};

}  // namespace

std::string render(const View& view, const Terminal& terminal) {
  Renderer renderer(terminal);
  for (const auto& block : view.blocks) std::visit(renderer, block);
  return renderer.take();
}

}  // namespace weir::ui
