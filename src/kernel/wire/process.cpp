#include "kernel/wire/process.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "kernel/wire/lines.h"

namespace weir::wire {
namespace {

// Fields of /proc/PID/stat after the command, counted from the state (fs/proc/array.c,
// do_task_stat).
constexpr std::size_t state_field = 0;
constexpr std::size_t parent_field = 1;
constexpr std::size_t user_time_field = 11;
constexpr std::size_t system_time_field = 12;
constexpr std::size_t start_time_field = 19;
constexpr std::size_t field_count = 20;

// a task's name has 15 bytes; a kernel worker's name may be longer
constexpr std::size_t max_command = 64;

std::optional<std::int64_t> parse_limit(std::string_view text) {
  return text == "unlimited" ? std::nullopt : parse_integer(text);
}

constexpr std::size_t root_field = 3;
constexpr std::size_t point_field = 4;
constexpr std::size_t first_optional_field = 6;

bool is_octal(char digit) { return digit >= '0' && digit <= '7'; }

/// Blanks, tabs, newlines and backslashes are written as \ooo (mangle_path(), fs/seq_file.c).
std::string decode_octal(std::string_view text) {
  constexpr std::size_t digits = 3;
  constexpr unsigned base = 8;
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + digits < text.size() && is_octal(text[i + 1]) &&
                         is_octal(text[i + 2]) && is_octal(text[i + 3]);
    if (!escaped) {
      decoded += text[i];
      continue;
    }
    unsigned byte = 0;
    for (std::size_t at = 1; at <= digits; ++at)
      byte = byte * base + static_cast<unsigned>(text[i + at] - '0');
    decoded += static_cast<char>(byte);
    i += digits;
  }
  return decoded;
}

}  // namespace

Result<ProcessStat> parse_process_stat(std::string_view text) {
  const auto malformed = [] {
    return make_error(ErrorCode::malformed, "/proc/PID/stat lacks fields");
  };
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return malformed();
  const auto id = parse_integer(trim(text.substr(0, open)));
  WordReader words(text.substr(close + 1));
  std::array<std::string_view, field_count> fields;
  for (auto& field : fields) field = words.next();
  const auto parent = parse_integer(fields[parent_field]);
  const auto user = parse_unsigned(fields[user_time_field]);
  const auto system = parse_unsigned(fields[system_time_field]);
  const auto start = parse_unsigned(fields[start_time_field]);
  constexpr std::uint64_t max = INT64_MAX / 2;
  if (!id || !parent || !user || !system || !start || fields[state_field].size() != 1)
    return malformed();
  if (*user > max || *system > max || *start > max) return malformed();
  return ProcessStat{*id,
                     escape_bytes(text.substr(open + 1, std::min(close - open - 1, max_command))),
                     fields[state_field].front(),
                     *parent,
                     ClockTicks{static_cast<std::int64_t>(*user + *system)},
                     static_cast<std::int64_t>(*start)};
}

FileLimits parse_file_limits(std::string_view text) {
  constexpr std::string_view name = "Max open files";
  LineReader lines(text);
  while (const auto line = lines.next()) {
    if (!line->starts_with(name)) continue;
    WordReader words(line->substr(name.size()));
    const auto soft = words.next();
    return {parse_limit(soft), parse_limit(words.next())};
  }
  return {};
}

CgroupPaths parse_cgroup(std::string_view text) {
  CgroupPaths paths;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    const auto first = line->find(':');
    const auto second = first == std::string_view::npos ? first : line->find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const auto controllers = line->substr(first + 1, second - first - 1);
    const auto path = line->substr(second + 1);
    if (!path.starts_with('/')) continue;
    if (controllers.empty() && line->substr(0, first) == "0") paths.unified = std::string(path);
    for (const auto controller : split(controllers, ',')) {
      if (controller == "cpu") paths.cpu = std::string(path);
    }
  }
  return paths;
}

std::optional<std::int64_t> parse_effective_uid(std::string_view text) {
  LineReader lines(text);
  while (const auto line = lines.next()) {
    if (!line->starts_with("Uid:")) continue;
    WordReader words(line->substr(4));
    words.next();
    return parse_integer(words.next());
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_inode_link(std::string_view target, std::string_view kind) {
  if (!target.starts_with(kind) || !target.substr(kind.size()).starts_with(":[") ||
      !target.ends_with(']'))
    return std::nullopt;
  target.remove_prefix(kind.size() + 2);
  target.remove_suffix(1);
  return parse_unsigned(target);
}

std::optional<CpuThrottling> parse_cpu_stat(std::string_view text) {
  constexpr std::int64_t nanoseconds_per_microsecond = 1000;
  std::optional<CpuThrottling> throttling;
  Nanoseconds time;
  std::int64_t throttled = 0;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    WordReader words(*line);
    const auto name = words.next();
    const auto number = parse_integer(words.next());
    if (!number || *number < 0) continue;
    if (name == "nr_periods") throttling = CpuThrottling{*number, 0, {}};
    if (name == "nr_throttled") throttled = *number;
    if (name == "throttled_time") time = {*number};
    if (name == "throttled_usec" && *number <= INT64_MAX / nanoseconds_per_microsecond)
      time = {*number * nanoseconds_per_microsecond};
  }
  if (!throttling) return std::nullopt;
  throttling->throttled_periods = throttled;
  throttling->throttled_time = time;
  return throttling;
}

void parse_mountinfo(std::string_view text, const std::function<void(const Mount&)>& visitor) {
  LineReader lines(text);
  while (const auto line = lines.next()) {
    const auto words = split_words(*line);
    if (words.size() <= first_optional_field) continue;
    // The optional fields end with a "-"; then come the type, the source and the options of the
    // file system.
    const auto dash = std::find(words.begin() + first_optional_field, words.end(), "-");
    if (words.end() - dash < 4) continue;
    visitor({decode_octal(words[root_field]), decode_octal(words[point_field]),
             std::string(dash[1]), std::string(dash[3])});
  }
}

}  // namespace weir::wire
