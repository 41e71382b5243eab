// Numbers as text, both ways and the same in every locale: amounts as people write them on a
// command line ("1M", "50000/s", "10Gbit/s", "95%"), real numbers and shares as short text,
// instants as RFC 3339 in UTC.
// Not bytes and times, which text.h reads; not units (ui/view/numbers.h shows amounts with theirs);
// and not a clock: the instant is an argument.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"

namespace weir {

/// "1000000", "1M", "1.5M", "50k": k, M and G are powers of 1000. Nothing if the text does not
/// parse, is negative, is not a whole number, or overflows.
[[nodiscard]] std::optional<std::int64_t> parse_count(std::string_view text);

/// A count that must end with "/s": "50000/s", "50k/s".
[[nodiscard]] std::optional<std::int64_t> parse_per_second(std::string_view text);

/// "10Gbit/s", "2.5Gbit/s", "400Mbit/s", "64kbit/s", "1000bit/s"; powers of 1000. Bytes ("GB/s")
/// are refused.
[[nodiscard]] std::optional<std::int64_t> parse_bits_per_second(std::string_view text);

/// "95%", "99.9%" in thousandths: 0 to 1000. Nothing without the sign, above 100 %, or with more
/// than one digit after the point.
[[nodiscard]] std::optional<std::int64_t> parse_permille(std::string_view text);

/// The nearest integer. A number outside of the range becomes the end of the range; NaN becomes 0.
[[nodiscard]] std::int64_t rounded(double value);

/// A number with at most `digits` decimals, trailing zeros cut. Not finite: "0"; clamped to ±1e15.
[[nodiscard]] std::string decimal(double value, int digits = 1);

/// A share from 0 to 1 as a whole percentage; a share that is neither 0 nor 1 is never shown as 0
/// or 100.
[[nodiscard]] std::string percent(double share);

/// CLOCK_REALTIME nanoseconds as "2024-02-29T23:59:59.123Z"; parts of a millisecond are cut off.
[[nodiscard]] std::string format_rfc3339(Nanoseconds wall_time);

}  // namespace weir
