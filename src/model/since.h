// The words for the moment from which a total counts. Not a time: the kernel does not store it.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// The words after "since" in a text for users: "the network namespace was created" for
/// "namespace", "the interface was created" for "interface", "listen()" for "listen", "bind()" for
/// "bind". JSON keeps the short word. "boot" and any other word stay as they are.
[[nodiscard]] std::string describe_since(std::string_view since);

}  // namespace weir
