// The catalog's entry of a sysctl, however its name is spelt.
// Not the entry of what is no sysctl.
#pragma once

#include <string>

#include "model/catalog.h"

namespace weir::plan {

/// Nothing when the catalog does not know it. An interface's dots count as one component, as in
/// model/sysctl_name.h.
[[nodiscard]] const Parameter* find_known_setting(const std::string& name, const Catalog& catalog);

}  // namespace weir::plan
