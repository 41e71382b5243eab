// Shares: a part of a whole, as a number from 0 to 1.
// Not their text: percent() of base/number_text.h.
#pragma once

#include <cstdint>
#include <optional>

#include "base/integers.h"

namespace weir {

/// part / whole: from 0 to 1, and above 1 if the part is larger. Nothing if one of them is not
/// known, or if the whole is not positive.
[[nodiscard]] constexpr std::optional<double> find_share(std::optional<std::int64_t> part,
                                                         std::optional<std::int64_t> whole) {
  if (!part || !whole || *whole <= 0) return std::nullopt;
  return static_cast<double>(*part) / static_cast<double>(*whole);
}

/// part / whole, or 0 if the whole is not positive.
[[nodiscard]] constexpr double share_of(std::int64_t part, std::int64_t whole) {
  return find_share(part, whole).value_or(0);
}

/// part / (part + rest), such as the lost packets among the lost and the delivered packets. An
/// unknown rest counts as 0.
[[nodiscard]] constexpr double share_beside(std::int64_t part, std::optional<std::int64_t> rest) {
  return share_of(part, saturated_sum(part, rest.value_or(0)));
}

}  // namespace weir
