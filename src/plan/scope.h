// The catalog's knowledge of a sysctl, in any spelling of its name, and the sysctl's scope: one
// network namespace, or the whole host. Pure. Not the origin of its value, and not how long the
// value lasts on disk.
#pragma once

#include <string>

#include "model/catalog.h"
#include "model/snapshot.h"

namespace weir::plan {

/// Nothing if the catalog does not know the name. An interface's name with dots counts as one
/// component, as in model/sysctl_name.h.
[[nodiscard]] const Parameter* find_known_setting(const std::string& name, const Catalog& catalog);

/// The catalog decides if it knows the setting. Among the other settings only those of net.* can
/// belong to a namespace: the kernel registers them there, or shows them read-only
/// (net/sysctl_net.c).
[[nodiscard]] bool acts_on_whole_host(const std::string& name, const Catalog& catalog);

/// Why this namespace cannot have a value of its own, and where to set it. Empty if it can, or if
/// it is the host's first namespace.
[[nodiscard]] std::string describe_foreign_scope(const std::string& name, const Catalog& catalog,
                                                 const Snapshot& now);

/// "network namespace 4026531840, until the next boot".
[[nodiscard]] std::string describe_scope(const std::string& name, const Catalog& catalog,
                                         const Snapshot& now);

}  // namespace weir::plan
