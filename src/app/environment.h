// Environment: the variables, terminals and user that weir was started with. main reads it once and
// hands it down. Not the command line: arguments.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "ui/cli/terminal.h"

namespace weir::app {

/// --color.
enum class ColorChoice { automatic, always, never };

struct Environment {
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  std::optional<std::size_t> out_columns;  ///< as the terminal reports
  std::string columns;                     ///< $COLUMNS
  std::string no_color;                    ///< $NO_COLOR: any text means no colour (no-color.org)
  std::string term;                        ///< $TERM
  std::optional<std::uint32_t> invoker;    ///< $SUDO_UID: who ran sudo, if the caller is root
  /// the first of $LC_ALL, $LC_CTYPE, $LANG that is not empty
  std::string locale;
};

[[nodiscard]] Environment read_environment();

/// What stdout can show. Pure.
[[nodiscard]] ui::Terminal choose_terminal(const Environment& environment, ColorChoice color);
[[nodiscard]] bool is_utf8_locale(const std::string& locale);

}  // namespace weir::app
