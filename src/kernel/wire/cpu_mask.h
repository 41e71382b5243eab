// Masks of CPUs in files of sysfs (lib/bitmap.c): their text as it is compared, and as it is
// written. Not lists of CPUs such as "0-3,8".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::wire {

/// A mask as the kernel prints it ("00000000,0000000f"), without what means nothing: "f". Nothing
/// when it is none.
[[nodiscard]] std::optional<std::string> normalize_cpu_mask(std::string_view text);
/// The same in groups of 32 bits, as bitmap_parse() wants them: "1,00000000".
[[nodiscard]] std::string group_cpu_mask(const std::string& mask);

}  // namespace weir::wire
