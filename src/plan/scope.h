// What the catalog knows of a sysctl, however its name is spelt, and its scope: what it acts on,
// one network namespace or the whole host. Pure.
// Not where its value comes from, and not how long it lasts on disk.
#pragma once

#include <string>

#include "model/catalog.h"
#include "model/snapshot.h"

namespace weir::plan {

/// Nothing when the catalog does not know it. An interface's dots count as one component, as in
/// model/sysctl_name.h.
[[nodiscard]] const Parameter* find_known_setting(const std::string& name, const Catalog& catalog);

/// By the catalog where it knows the setting. Of the others only those of net.* can be a
/// namespace's own: the kernel registers them there, or shows them read-only (net/sysctl_net.c).
[[nodiscard]] bool acts_on_whole_host(const std::string& name, const Catalog& catalog);

/// Why this namespace cannot have a value of its own, and where to set it; empty where it can, or
/// is the host's first.
[[nodiscard]] std::string describe_foreign_scope(const std::string& name, const Catalog& catalog,
                                                 const Snapshot& now);

/// "network namespace 4026531840, until the next boot".
[[nodiscard]] std::string describe_scope(const std::string& name, const Catalog& catalog,
                                         const Snapshot& now);

}  // namespace weir::plan
