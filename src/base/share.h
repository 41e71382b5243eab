// Shares: which part of a whole something is.
// Not their text: percent() of base/decimal.h.
#pragma once

#include <cstdint>
#include <optional>

#include "base/integers.h"

namespace weir {

/// part / whole: from 0 to 1, and above 1 where the part is the larger one. Nothing where one of
/// both is not known, or where the whole is not positive.
[[nodiscard]] constexpr std::optional<double> find_share(std::optional<std::int64_t> part,
                                                         std::optional<std::int64_t> whole) {
  if (!part || !whole || *whole <= 0) return std::nullopt;
  return static_cast<double>(*part) / static_cast<double>(*whole);
}

/// The same, and 0 where there is no whole.
[[nodiscard]] constexpr double share_of(std::int64_t part, std::int64_t whole) {
  return find_share(part, whole).value_or(0);
}

/// The share of a part in the whole that the part and the rest make: of what was lost, beside what
/// passed. A rest that is not known counts as 0.
[[nodiscard]] constexpr double share_beside(std::int64_t part, std::optional<std::int64_t> rest) {
  return share_of(part, saturated_sum(part, rest.value_or(0)));
}

}  // namespace weir
