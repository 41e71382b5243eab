// Toned text on a terminal: made safe to draw, coloured, wrapped.
// Not the blocks of a View (render.h), and not the pieces that know no tones (terminal.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ui/cli/terminal.h"
#include "ui/view/view.h"

namespace weir::ui {

/// As it can be drawn: invalid bytes, control characters and what reorders a line become \xNN; then
/// as to_terminal().
[[nodiscard]] std::string printable(const Terminal& terminal, std::string_view bytes);

[[nodiscard]] std::string paint(const Terminal& terminal, Tone tone, std::string_view text);

/// Painted lines, each at most `width` columns wide, broken at blanks; a word wider than a line is
/// cut into pieces. Newlines stay. At least one line.
[[nodiscard]] std::vector<std::string> wrap(const Terminal& terminal, const Text& text,
                                            std::size_t width);

}  // namespace weir::ui
