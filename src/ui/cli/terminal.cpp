#include "ui/cli/terminal.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace weir::ui {
namespace {

constexpr std::string_view escape_start = "\x1b[";

/// Bytes of the escape sequence at the start of the text, or 0.
std::size_t escape_length(std::string_view text) {
  if (!text.starts_with(escape_start)) return 0;
  const auto end = text.find('m');
  return end == std::string_view::npos ? 0 : end + 1;
}

/// Bytes of the character at the start of the text; it is valid UTF-8 or single bytes.
std::size_t character_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) ++length;
  return length;
}

std::string_view ink_code(Ink ink) {
  switch (ink) {
    case Ink::plain: return "";
    case Ink::bold: return "1";
    case Ink::dim: return "2";
    case Ink::red: return "1;31";
    case Ink::yellow: return "33";
    case Ink::green: return "32";
    case Ink::cyan: return "36";
  }
  return "";
}

/// The longest start of the text that fits into `width` columns, in bytes.
std::size_t fitting_bytes(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  std::size_t columns = 0;
  while (bytes < text.size()) {
    const auto rest = text.substr(bytes);
    if (const auto escape = escape_length(rest); escape > 0) {
      bytes += escape;
      continue;
    }
    if (columns == width) break;
    ++columns;
    bytes += character_length(rest);
  }
  return bytes;
}

}  // namespace

std::string paint(const Terminal& terminal, Ink ink, std::string_view text) {
  const auto code = ink_code(ink);
  if (!terminal.color || code.empty() || text.empty()) return std::string(text);
  return std::string(escape_start).append(code).append("m").append(text).append("\x1b[0m");
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto escape = escape_length(text);
    if (escape == 0) ++columns;
    text.remove_prefix(escape == 0 ? character_length(text) : escape);
  }
  return columns;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t columns = 0;
  const auto end_line = [&] {
    lines.push_back(std::exchange(line, {}));
    columns = 0;
  };
  for (auto word : split_words(text)) {
    if (columns > 0 && columns + 1 + display_width(word) > width) end_line();
    while (display_width(word) > width) {
      const auto bytes = fitting_bytes(word, width);
      line = std::string(word.substr(0, bytes));
      end_line();
      word.remove_prefix(bytes);
    }
    if (columns > 0) {
      line += ' ';
      ++columns;
    }
    line += word;
    columns += display_width(word);
  }
  if (columns > 0 || lines.empty()) end_line();
  return lines;
}

std::string pad_right(std::string_view text, std::size_t width) {
  const auto columns = display_width(text);
  return std::string(text).append(columns < width ? width - columns : 0, ' ');
}

std::string pad_left(std::string_view text, std::size_t width) {
  const auto columns = display_width(text);
  return std::string(columns < width ? width - columns : 0, ' ').append(text);
}

std::string shorten(const Terminal& terminal, std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  const std::string_view ellipsis = terminal.unicode ? "…" : "~";
  if (width == 0) return {};
  return std::string(text.substr(0, fitting_bytes(text, width - 1))).append(ellipsis);
}

std::string repeat(std::string_view text, std::size_t count) {
  std::string repeated;
  repeated.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

std::string to_terminal(const Terminal& terminal, std::string_view text) {
  if (terminal.unicode) return std::string(text);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> forms{
      {{"→", "->"}, {"←", "<-"}, {"…", "..."}, {"–", "-"}, {"—", "-"}, {"×", "x"}, {"≥", ">="}, {"≤", "<="}, {"·", "-"}}};
  std::string ascii;
  while (!text.empty()) {
    const auto length = character_length(text);
    const auto character = text.substr(0, length);
    if (length == 1) {
      ascii += character;
    } else {
      std::string_view form = "?";
      for (const auto& [from, to] : forms) {
        if (from == character) form = to;
      }
      ascii += form;
    }
    text.remove_prefix(length);
  }
  return ascii;
}

}  // namespace weir::ui
