#include "base/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace weir {

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

}  // namespace weir
