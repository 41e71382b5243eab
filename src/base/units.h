// Quantities with the unit as a part of the type, as 64-bit integers. Not a dimension system: a
// conversion that needs a fact (the page size) takes the fact as an argument.
#pragma once

#include <compare>
#include <cstdint>

namespace weir {

template <class Tag>
struct Quantity {
  std::int64_t count = 0;

  friend constexpr auto operator<=>(Quantity, Quantity) = default;
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.count + b.count}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.count - b.count}; }
};

using Bytes = Quantity<struct BytesTag>;
using Pages = Quantity<struct PagesTag>;
using Nanoseconds = Quantity<struct NanosecondsTag>;
using BitsPerSecond = Quantity<struct BitsPerSecondTag>;
/// events a second: connections, packets, closes
using PerSecond = Quantity<struct PerSecondTag>;
/// USER_HZ ticks, as /proc/PID/stat counts CPU time
using ClockTicks = Quantity<struct ClockTicksTag>;

inline constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
inline constexpr std::int64_t nanoseconds_per_millisecond = 1'000'000;
inline constexpr std::int64_t parts_per_million = 1'000'000;  ///< the whole of a share in ppm

constexpr Nanoseconds milliseconds(std::int64_t n) { return {n * nanoseconds_per_millisecond}; }
constexpr Nanoseconds seconds(std::int64_t n) { return {n * nanoseconds_per_second}; }
constexpr double to_seconds(Nanoseconds t) {
  return static_cast<double>(t.count) / static_cast<double>(nanoseconds_per_second);
}
constexpr Bytes to_bytes(Pages pages, Bytes page_size) { return {pages.count * page_size.count}; }

}  // namespace weir
