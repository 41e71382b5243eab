// Masks of CPUs in files of sysfs (lib/bitmap.c): the form for comparing them and the form for
// writing them. Not lists of CPUs such as "0-3,8".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::wire {

/// A mask as the kernel prints it ("00000000,0000000f") in its shortest form: "f". Nothing if the
/// text is not a mask.
[[nodiscard]] std::optional<std::string> normalize_cpu_mask(std::string_view text);
/// The same in groups of 32 bits, which bitmap_parse() requires: "1,00000000".
[[nodiscard]] std::string group_cpu_mask(const std::string& mask);

}  // namespace weir::wire
