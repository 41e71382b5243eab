// The text of the files in knowledge/, as they were when weir was built. Not parsed here:
// codec/catalog_toml.h makes a Catalog from them.
#pragma once

#include <string_view>

namespace weir::knowledge {

[[nodiscard]] std::string_view parameters_toml();
[[nodiscard]] std::string_view findings_toml();
[[nodiscard]] std::string_view servers_toml();
[[nodiscard]] std::string_view visit_toml();

}  // namespace weir::knowledge
