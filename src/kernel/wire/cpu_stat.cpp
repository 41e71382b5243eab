#include "kernel/wire/cpu_stat.h"

#include "base/text.h"
#include "kernel/wire/lines.h"

namespace weir::wire {

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

}  // namespace weir::wire
