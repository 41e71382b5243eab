#include "app/environment.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

namespace weir::app {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string first_set(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    auto value = variable(name);
    if (!value.empty()) return value;
  }
  return "";
}

std::optional<std::size_t> columns_of(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

}  // namespace

Environment read_environment() {
  Environment environment;
  environment.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  environment.err_is_terminal = isatty(STDERR_FILENO) == 1;
  environment.out_columns = columns_of(STDOUT_FILENO);
  environment.columns = variable("COLUMNS");
  environment.no_color = variable("NO_COLOR");
  environment.term = variable("TERM");
  const auto invoker = parse_unsigned(variable("SUDO_UID"));
  if (geteuid() == 0 && invoker && *invoker < UINT32_MAX)
    environment.invoker = static_cast<std::uint32_t>(*invoker);
  environment.locale = first_set({"LC_ALL", "LC_CTYPE", "LANG"});
  return environment;
}

bool is_utf8_locale(const std::string& locale) {
  std::string lower = locale;
  for (auto& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
}

ui::Terminal choose_terminal(const Environment& environment, ColorChoice color) {
  ui::Terminal terminal;
  const auto asked = parse_unsigned(environment.columns);
  const std::size_t width = environment.out_columns ? *environment.out_columns
                            : asked && *asked > 0   ? static_cast<std::size_t>(*asked)
                                                    : terminal.width;
  terminal.width = std::clamp(width, ui::narrowest_width, ui::widest_width);
  terminal.unicode = is_utf8_locale(environment.locale);
  const bool can_color = environment.out_is_terminal && environment.no_color.empty() &&
                         !environment.term.empty() && environment.term != "dumb";
  terminal.color = color == ColorChoice::always || (color == ColorChoice::automatic && can_color);
  return terminal;
}

}  // namespace weir::app
