// The Catalog from the three files of knowledge/.
// Not a checker: tools/check_knowledge.py holds the files to their format.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/catalog.h"

namespace weir::codec {

/// Errors: malformed, with the file's name and line.
[[nodiscard]] Result<Catalog> parse_catalog(std::string_view parameters_toml, std::string_view findings_toml, std::string_view servers_toml);

}  // namespace weir::codec
