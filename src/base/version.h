// version(): the version of this weir. Not the version of the weir that wrote a file:
// model/snapshot.h keeps that.
#pragma once

#include <string_view>

namespace weir {

/// "0.1.0", from CMakeLists.txt. Only version.cpp is compiled with the number, so a release
/// recompiles only one file.
[[nodiscard]] std::string_view version();

}  // namespace weir
