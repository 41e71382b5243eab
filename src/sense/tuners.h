// Reads which programs are at work that change the same settings on their own.
// Not what they have changed.
#pragma once

#include <string>
#include <vector>

#include "sense/file_reader.h"

namespace weir::sense {

/// "tuned (812)", ordered by pid: those of a short list whose name is a running process's. Bounded
/// in what it reads and in what it gives.
[[nodiscard]] std::vector<std::string> read_tuners(FileReader& reader);

}  // namespace weir::sense
