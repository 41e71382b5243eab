// Owner: a process's descriptor of a socket.
// Not the process: process.h.
#pragma once

#include <compare>
#include <cstdint>

namespace weir {

struct Owner {
  std::int64_t pid = 0;
  std::int64_t fd = 0;
  friend auto operator<=>(const Owner&, const Owner&) = default;
};

}  // namespace weir
