// Terminal: the properties of the terminal that layouts use, and the functions that every layout
// uses: width of text, wrapping, padding, colour. Not the terminal itself: app finds out width,
// colour and character set, and writes the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::ui {

inline constexpr std::size_t narrowest_width = 60;
inline constexpr std::size_t widest_width = 200;

struct Terminal {
  std::size_t width = 80;  ///< columns, narrowest_width to widest_width
  bool color = false;
  bool unicode = true;  ///< false: ASCII only
};

enum class Ink { plain, bold, dim, red, yellow, green, cyan };

/// The text in that colour, ended by a reset; unchanged if the terminal has no colour.
[[nodiscard]] std::string paint(const Terminal& terminal, Ink ink, std::string_view text);

/// Columns of the text: one for each UTF-8 character, two for wide characters (East Asian, emoji),
/// none for combining characters and escape sequences.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// The longest start of the text that fits into `width` columns, in bytes.
[[nodiscard]] std::size_t fitting_bytes(std::string_view text, std::size_t width);

/// Lines of at most `width` columns, broken at blanks. A longer word is broken inside. At least one
/// line.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// The text with blanks after it (or before it) up to `width` columns; unchanged if it is wider.
[[nodiscard]] std::string pad_right(std::string_view text, std::size_t width);
[[nodiscard]] std::string pad_left(std::string_view text, std::size_t width);

/// At most `width` columns; an ellipsis shows that the text was cut.
[[nodiscard]] std::string shorten(const Terminal& terminal, std::string_view text,
                                  std::size_t width);

/// The text `count` times.
[[nodiscard]] std::string repeat(std::string_view text, std::size_t count);

/// On a terminal without Unicode, replaces characters beyond ASCII: dashes, arrows and ellipses get
/// their ASCII form, the rest becomes '?'.
[[nodiscard]] std::string to_terminal(const Terminal& terminal, std::string_view text);

}  // namespace weir::ui
