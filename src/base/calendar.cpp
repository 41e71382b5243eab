#include "base/calendar.h"

#include <chrono>
#include <cstdio>

namespace weir {

std::string format_rfc3339(Nanoseconds wall_time) {
  // Milliseconds throughout: in nanoseconds, the day before the earliest instant does not fit into
  // 64 bits.
  const std::chrono::sys_time<std::chrono::milliseconds> instant{
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::nanoseconds{wall_time.count})};
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{instant - day};
  char text[64];
  const int length = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace weir
