// The Catalog and the visit from the files of knowledge/. Not a checker: tools/check_knowledge.py
// checks the format of the files.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/catalog.h"
#include "model/visit.h"

namespace weir::codec {

/// Errors: malformed, with the file's name and line.
[[nodiscard]] Result<Catalog> parse_catalog(std::string_view parameters_toml,
                                            std::string_view findings_toml,
                                            std::string_view servers_toml);

/// Errors: malformed, with the file's name and line.
[[nodiscard]] Result<std::vector<VisitScene>> parse_visit(std::string_view visit_toml);

}  // namespace weir::codec
