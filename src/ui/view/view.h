// View: the output as blocks of toned text, independent of the width of the screen. Not a layout:
// ui/cli makes text from it, ui/tui cells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/severity.h"

namespace weir::ui {

/// The kind of a piece of text, which decides its colour.
enum class Tone { plain, strong, dim, good, notice, warning, critical, removed, added };

struct Span {
  std::string text;  ///< any bytes; drawing escapes the bytes that could move a cursor
  Tone tone = Tone::plain;
  friend bool operator==(const Span&, const Span&) = default;
};
using Text = std::vector<Span>;

/// The sign before a line.
enum class Mark { none, good, unknown, notice, warning, critical };

/// Text that is wrapped at words.
struct Paragraph {
  Text text;
  Mark mark = Mark::none;
  int indent = 0;
};

/// "Label  text", the texts of all fields of a block in one column.
struct Field {
  std::string label;
  std::vector<Text> lines;  ///< each begins on a new line
};
struct Fields {
  std::vector<Field> fields;
  int indent = 2;
};

/// One stage of the chain with its tightest resource.
struct Gauge {
  Mark mark = Mark::unknown;
  std::string stage;
  std::string resource;
  std::int64_t others = 0;  ///< resources of the stage that are less tight
  std::string used;         ///< empty if it is not known
  std::string peak;
  std::string capacity;
  std::optional<double> used_share;  ///< of the capacity, 0 and more
  std::optional<double> peak_share;
  std::optional<std::int64_t> overflows;
  std::string breaks_at;  ///< for a goal: the load that uses up the resource
};
struct Chain {
  std::vector<Gauge> gauges;
  bool of_goal = false;  ///< shows the needs of a goal instead of the measured use
};

struct Column {
  std::string title;
  bool right = false;  ///< aligned to the right
};
/// The last column takes the rest of the width and wraps.
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Text>> rows;
};

/// An empty line.
struct Gap {};

using Block = std::variant<Paragraph, Fields, Chain, Table, Gap>;

struct View {
  std::vector<Block> blocks;
};

[[nodiscard]] Tone severity_tone(Severity severity);
[[nodiscard]] Mark severity_mark(Severity severity);

}  // namespace weir::ui
