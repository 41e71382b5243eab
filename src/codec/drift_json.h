// Drift → JSON (weir.drift/1), as `weir drift --json` prints it.
// Not read back: weir writes it for others.
#pragma once

#include <string>

#include "model/drift.h"

namespace weir::codec {

[[nodiscard]] std::string drift_to_json(const Drift& drift);

}  // namespace weir::codec
