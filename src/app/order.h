// An order: a file whose content is carried out, such as the plan of `weir apply`. It is read once,
// and only where no other user can have written it. Not what it says: codec/plan_json.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace weir::app {

/// The text of an order; "-" is standard input. An ordinary file must belong to root, to the caller
/// or to `invoker` (who ran sudo), must not be writable for its group or others, and must lie where
/// no other user can replace it. What is checked is what is read: one descriptor serves both. A
/// pipe is its writer's word. Errors: conflict (another user can have written it), not_found,
/// not_permitted, wrong_use (a folder), io.
[[nodiscard]] Result<std::string> read_order(const std::string& path,
                                             std::optional<std::uint32_t> invoker);

}  // namespace weir::app
