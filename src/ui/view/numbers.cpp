#include "ui/view/numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace weir::ui {
namespace {

std::string fixed(double value, int digits) {
  char text[400];  // the longest double has 309 digits before the point
  const auto written =
      std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, digits);
  return {text, written.ptr};
}

/// Three digits and the prefix of the largest power that leaves at least 1 before it.
std::string scaled(double value, double base, std::span<const std::string_view> prefixes,
                   std::string_view unit) {
  std::size_t power = 0;
  while (std::abs(value) >= base - 0.5 && power + 1 < prefixes.size()) {
    value /= base;
    ++power;
  }
  const int digits = power == 0 || std::abs(value) >= 99.95 ? 0 : std::abs(value) >= 9.995 ? 1 : 2;
  std::string number = fixed(value, digits);
  while (digits > 0 && number.ends_with('0')) number.pop_back();
  if (number.ends_with('.')) number.pop_back();
  const std::string tail = std::string(prefixes[power]) + std::string(unit);
  return number + (tail.empty() ? "" : " " + tail);
}

constexpr std::array<std::string_view, 7> decimal_prefixes{"", "k", "M", "G", "T", "P", "E"};
constexpr std::array<std::string_view, 7> binary_prefixes{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
constexpr std::int64_t exact_below = 100'000;

}  // namespace

std::string show_count(std::int64_t count) {
  if (count > -exact_below && count < exact_below) return std::to_string(count);
  return scaled(static_cast<double>(count), 1000, decimal_prefixes, "");
}

std::string show_quantity(std::int64_t count, std::string_view unit) {
  const auto value = static_cast<double>(count);
  if (unit == "bytes") return scaled(value, 1024, binary_prefixes, "B");
  if (unit == "bytes/s") return scaled(value, 1024, binary_prefixes, "B/s");
  if (unit == "bit/s") return scaled(value, 1000, decimal_prefixes, "bit/s");
  if (unit == "pages") return show_count(count) + " pages";
  if (unit.ends_with("/s")) return show_count(count) + "/s";
  if (unit == "%") return show_count(count) + " %";
  return show_count(count);
}

std::string show_duration(Nanoseconds duration) {
  const double s = to_seconds(duration);
  if (s < 1) return fixed(s * 1000, 0) + " ms";
  if (s < 100) return s == std::floor(s) && s >= 10 ? fixed(s, 0) + " s" : fixed(s, 1) + " s";
  if (s < 2 * 3600.0) return fixed(s / 60, 0) + " min";
  return fixed(s / 3600, 0) + " h";
}

std::string show_share(double share) {
  const double percent = share * 100;
  if (percent > 0 && percent < 1) return "<1 %";
  if (percent < 100) return fixed(std::min(percent, 99.0), 0) + " %";
  return percent > 999 ? ">999 %" : fixed(percent, 0) + " %";
}

std::string show_plural(std::int64_t count, std::string_view singular, std::string_view plural) {
  return show_count(count) + " " + std::string(count == 1 ? singular : plural);
}

}  // namespace weir::ui
