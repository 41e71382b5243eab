#include "ui/cli/terminal.h"

#include <algorithm>
#include <array>
#include <cstdint>
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

/// Bytes of the first character of the text, which is valid UTF-8 or single bytes.
std::size_t character_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
    ++length;
  return length;
}

struct CodePointRange {
  std::uint32_t first;
  std::uint32_t last;
};

/// The blocks of UAX 11 in which every character is wide, and the blocks of UAX 44 that combine.
/// This is enough for names of files and processes.
constexpr std::array<CodePointRange, 9> wide_ranges{{{0x1100, 0x115F},
                                                     {0x2E80, 0x303E},
                                                     {0x3041, 0xA4CF},
                                                     {0xAC00, 0xD7A3},
                                                     {0xF900, 0xFAFF},
                                                     {0xFE30, 0xFE6F},
                                                     {0xFF00, 0xFF60},
                                                     {0x1F300, 0x1FAFF},
                                                     {0x20000, 0x3FFFD}}};
constexpr std::array<CodePointRange, 5> combining_ranges{
    {{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};

template <std::size_t N>
bool is_in(std::uint32_t code_point, const std::array<CodePointRange, N>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [code_point](const CodePointRange& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

std::size_t character_width(std::string_view character) {
  const auto code_point = decode_utf8(character);
  return is_in(code_point, combining_ranges) ? 0 : is_in(code_point, wide_ranges) ? 2 : 1;
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
    const auto length = escape == 0 ? character_length(text) : escape;
    if (escape == 0) columns += character_width(text.substr(0, length));
    text.remove_prefix(length);
  }
  return columns;
}

std::size_t fitting_bytes(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  std::size_t columns = 0;
  while (bytes < text.size()) {
    const auto rest = text.substr(bytes);
    if (const auto escape = escape_length(rest); escape > 0) {
      bytes += escape;
      continue;
    }
    const auto length = character_length(rest);
    columns += character_width(rest.substr(0, length));
    if (columns > width) break;
    bytes += length;
  }
  return bytes;
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
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> forms{{{"→", "->"},
                                                                                {"←", "<-"},
                                                                                {"…", "..."},
                                                                                {"–", "-"},
                                                                                {"—", "-"},
                                                                                {"×", "x"},
                                                                                {"≥", ">="},
                                                                                {"≤", "<="},
                                                                                {"·", "-"}}};
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
