// Sizings as JSON: weir.size/1, for other programs. Not a plan: `weir size -o` writes a plan as
// weir.plan/1.
#pragma once

#include <string>

#include "model/sizing.h"

namespace weir::codec {

[[nodiscard]] std::string sizing_to_json(const Sizing& sizing);

}  // namespace weir::codec
