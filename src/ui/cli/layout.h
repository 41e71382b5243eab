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

/// The text in a form that is safe to draw: invalid bytes, control characters and characters that
/// reorder a line become \xNN. The rest as in to_terminal().
[[nodiscard]] std::string printable(const Terminal& terminal, std::string_view bytes);

[[nodiscard]] std::string paint(const Terminal& terminal, Tone tone, std::string_view text);

/// Painted lines, each at most `width` columns wide, broken at blanks. A word that is wider than a
/// line is cut into pieces. Newlines stay. At least one line.
[[nodiscard]] std::vector<std::string> wrap(const Terminal& terminal, const Text& text,
                                            std::size_t width);

}  // namespace weir::ui
