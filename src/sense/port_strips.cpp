#include "sense/port_strips.h"

#include <algorithm>

namespace weir::sense {
namespace {

constexpr int strip_count = 16;
constexpr int parities = 2;

}  // namespace

PortStrips spread_over(const PortRange& range, double share) {
  PortStrips strips{{{range.low, range.high}, {}}, 1};
  const int size = static_cast<int>(range.size());
  const int period = size / strip_count / parities * parities;
  const int pairs = static_cast<int>(std::clamp(share, 0.0, 1.0) * period) / parities;
  const int width = std::max(pairs, 1) * parities;
  if (width >= period) return strips;
  // The last gap would reach the end of the range, so the span ends before the gap.
  for (int i = 0; i + 1 < strip_count; ++i) {
    const int strip = range.low + i * period;
    strips.filter.without.push_back({static_cast<std::uint16_t>(strip + width),
                                     static_cast<std::uint16_t>(strip + period - 1)});
  }
  strips.filter.span.high =
      static_cast<std::uint16_t>(range.low + (strip_count - 1) * period + width - 1);
  strips.scale = static_cast<double>(size) / (static_cast<double>(width) * strip_count);
  return strips;
}

}  // namespace weir::sense
