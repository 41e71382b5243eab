#include "kernel/wire/sysctl_conf.h"

#include <algorithm>

#include "base/text.h"
#include "kernel/wire/lines.h"

namespace weir::wire {
namespace {

std::string swap_separators(std::string_view name) {
  std::string swapped(name);
  for (char& letter : swapped) {
    if (letter == '.') {
      letter = '/';
    } else if (letter == '/') {
      letter = '.';
    }
  }
  return swapped;
}

/// A value in the form of the kernel's own text in a Snapshot: tabs become blanks.
std::string tidy_value(std::string_view text) {
  std::string value(trim(text));
  std::replace(value.begin(), value.end(), '\t', ' ');
  return escape_bytes(value);
}

/// A line of the file, without blanks around it, that is neither empty nor a comment.
ConfigLine parse_config_line(std::string_view line) {
  ConfigLine parsed;
  const auto equals = line.find('=');
  const bool has_value = equals != std::string_view::npos;
  auto key = trim(line.substr(0, equals));
  if (key.starts_with('-')) {
    parsed.ignore_error = true;
    key = trim(key.substr(1));
  }
  const bool is_exclusion = !has_value && parsed.ignore_error;
  const bool is_name = !key.empty() && key.find_first_of(" \t") == std::string_view::npos;
  if (!is_name || (!has_value && !is_exclusion)) return {{}, 0, {}, escape_bytes(line), false};
  parsed.key = escape_bytes(normalise_sysctl_key(key));
  if (has_value) parsed.value = tidy_value(line.substr(equals + 1));
  return parsed;
}

}  // namespace

std::string normalise_sysctl_key(std::string_view key) {
  const auto first = key.find_first_of("./");
  if (first != std::string_view::npos && key[first] == '/') return swap_separators(key);
  return std::string(key);
}

std::string sysctl_path(std::string_view dotted) { return "/proc/sys/" + swap_separators(dotted); }

std::vector<ConfigLine> parse_sysctl_conf(const std::string& file, std::string_view text) {
  std::vector<ConfigLine> lines;
  LineReader reader(text);
  for (std::int64_t number = 1; const auto raw = reader.next(); ++number) {
    const auto line = trim(*raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    ConfigLine parsed =
        raw->size() > max_config_line
            ? ConfigLine{{}, 0, {}, escape_bytes(line.substr(0, max_config_line)), false}
            : parse_config_line(line);
    parsed.file = file;
    parsed.line = number;
    lines.push_back(std::move(parsed));
  }
  return lines;
}

}  // namespace weir::wire
