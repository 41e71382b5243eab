// Amounts as users write them on a command line: "1M", "50000/s", "10Gbit/s", "95%". The same in
// every locale. Not bytes and times: text.h reads those.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

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

}  // namespace weir
