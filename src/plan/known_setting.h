// The catalog's entry of a sysctl, whatever spelling its name has. Not the entries of other kinds
// of parameters.
#pragma once

#include <string>

#include "model/catalog.h"

namespace weir::plan {

/// Nothing if the catalog does not know the name. An interface's name with dots counts as one
/// component, as in model/sysctl_name.h.
[[nodiscard]] const Parameter* find_known_setting(const std::string& name, const Catalog& catalog);

}  // namespace weir::plan
