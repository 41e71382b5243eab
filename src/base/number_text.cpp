#include "base/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "base/text.h"

namespace weir {
namespace {

/// Digits with at most one point between them, times the factor. Nothing unless the result is a
/// whole number.
std::optional<std::int64_t> parse_times(std::string_view text, std::int64_t factor) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto fraction =
      point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || whole.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  if (point != std::string_view::npos &&
      (fraction.empty() || fraction.find_first_not_of("0123456789") != std::string_view::npos))
    return std::nullopt;
  const auto number = parse_integer(whole);
  if (!number || *number > INT64_MAX / factor) return std::nullopt;
  std::int64_t value = *number * factor;
  std::int64_t place = factor;
  for (const char digit : fraction) {
    if (digit == '0') {
      place /= 10;
      continue;
    }
    if (place % 10 != 0) return std::nullopt;
    place /= 10;
    const std::int64_t part = place * (digit - '0');
    if (value > INT64_MAX - part) return std::nullopt;
    value += part;
  }
  return value;
}

/// Removes the prefix at the end and returns its factor.
std::int64_t take_prefix(std::string_view& text) {
  constexpr std::string_view prefixes = "kMGT";
  if (text.empty()) return 1;
  const auto at = prefixes.find(text.back());
  if (at == std::string_view::npos) return 1;
  text.remove_suffix(1);
  std::int64_t factor = 1000;
  for (std::size_t i = 0; i < at; ++i) factor *= 1000;
  return factor;
}

bool take_end(std::string_view& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.remove_suffix(end.size());
  return true;
}

}  // namespace

std::optional<std::int64_t> parse_count(std::string_view text) {
  text = trim(text);
  const std::int64_t factor = take_prefix(text);
  return parse_times(text, factor);
}

std::optional<std::int64_t> parse_per_second(std::string_view text) {
  text = trim(text);
  if (!take_end(text, "/s")) return std::nullopt;
  return parse_count(text);
}

std::optional<std::int64_t> parse_bits_per_second(std::string_view text) {
  text = trim(text);
  if (!take_end(text, "bit/s")) return std::nullopt;
  return parse_count(text);
}

std::optional<std::int64_t> parse_permille(std::string_view text) {
  text = trim(text);
  if (!take_end(text, "%")) return std::nullopt;
  const auto value = parse_times(text, 10);
  return value && *value <= 1000 ? value : std::nullopt;
}

std::int64_t rounded(double value) {
  // The largest double below 2^63.
  constexpr double largest = 9223372036854774784.0;
  return std::isnan(value) ? 0 : std::llround(std::clamp(value, -largest, largest));
}

std::string decimal(double value, int digits) {
  std::array<char, 64> buffer{};
  const double safe = std::isfinite(value) ? std::clamp(value, -1e15, 1e15) : 0.0;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), safe,
                                     std::chars_format::fixed, digits);
  std::string text(buffer.data(), written.ptr);
  if (text.find('.') == std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string percent(double share) {
  const double whole = std::round(share * 100);
  if (share > 0 && whole < 1) return "1";
  if (share < 1 && whole > 99) return "99";
  return decimal(whole, 0);
}

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
