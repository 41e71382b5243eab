// The words for the moment from which a total counts.
// Not a time: the kernel keeps no time for it.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// What follows "since" in a text for a reader: "boot", "the network namespace was created" for
/// "namespace", "listen()" for "listen". JSON keeps the short word. Any other word stays as it is.
[[nodiscard]] std::string describe_since(std::string_view since);

}  // namespace weir
