// Sizings as JSON: weir.size/1, to be read by other programs.
// Not a plan: `weir size -o` writes that as weir.plan/1.
#pragma once

#include <string>

#include "model/sizing.h"

namespace weir::codec {

[[nodiscard]] std::string sizing_to_json(const Sizing& sizing);

}  // namespace weir::codec
