// Reads which running programs change the same settings on their own. Not their changes.
#pragma once

#include <string>
#include <vector>

#include "sense/file_reader.h"

namespace weir::sense {

/// "tuned (812)", ordered by pid: running processes whose name is on a short list. Its reading and
/// its result are bounded.
[[nodiscard]] std::vector<std::string> read_tuners(FileReader& reader);

}  // namespace weir::sense
