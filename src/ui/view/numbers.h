// Numbers and units as short text, the same in every locale. Not exact: the JSON is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/units.h"

namespace weir::ui {

/// "512", "131 k", "1.05 M": exact below 100 000, at most three digits from there.
[[nodiscard]] std::string show_count(std::int64_t count);

/// Depends on the unit: "bytes" as "64 MiB", "bit/s" as "940 Mbit/s", "pages" as "9216 pages"; for
/// other units only the count.
[[nodiscard]] std::string show_quantity(std::int64_t count, std::string_view unit);

/// "3.0 s", "250 ms", "5 min", "2 h": about two significant digits.
[[nodiscard]] std::string show_duration(Nanoseconds duration);

/// "3 %", "<1 %", "100 %": 100 only if the share is full.
[[nodiscard]] std::string show_share(double share);

/// "1 connection", "2 connections".
[[nodiscard]] std::string show_plural(std::int64_t count, std::string_view singular,
                                      std::string_view plural);

}  // namespace weir::ui
