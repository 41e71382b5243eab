// version(): which weir this is.
// Not what a file was written by: model/snapshot.h keeps that.
#pragma once

#include <string_view>

namespace weir {

/// "0.1.0", as CMakeLists.txt has it. Only version.cpp is compiled with the number, so that a
/// release compiles one file.
[[nodiscard]] std::string_view version();

}  // namespace weir
