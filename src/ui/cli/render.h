// A View as text: no line is wider than the terminal.
// Not a pager, and not the writing of it.
#pragma once

#include <string>

#include "ui/cli/terminal.h"
#include "ui/view/view.h"

namespace weir::ui {

[[nodiscard]] std::string render(const View& view, const Terminal& terminal);

}  // namespace weir::ui
