// Real numbers as integers and as short text; the same in every locale. Not parsing, and not units:
// ui/view/numbers.h shows amounts with their units.
#pragma once

#include <cstdint>
#include <string>

namespace weir {

/// The nearest integer. A number outside of the range becomes the end of the range; NaN becomes 0.
[[nodiscard]] std::int64_t rounded(double value);

/// A number with at most `digits` decimals, trailing zeros cut. Not finite: "0"; clamped to ±1e15.
[[nodiscard]] std::string decimal(double value, int digits = 1);

/// A share from 0 to 1 as a whole percentage; a share that is neither 0 nor 1 is never shown as 0
/// or 100.
[[nodiscard]] std::string percent(double share);

}  // namespace weir
