// Finds the processes behind socket groups and used-up ports that a finding may name. Not the
// owners of listeners: see owners.h.
#pragma once

#include <set>
#include <vector>

#include "model/snapshot.h"
#include "sense/file_reader.h"
#include "sense/socket_groups.h"

namespace weir::sense {

/// Moves the groups into the Snapshot, and sets the owners of groups and port uses that are large
/// or old enough for a finding. Looks into the processes only if such groups exist.
void find_group_owners(FileReader& reader, std::vector<GroupWithInodes>&& groups,
                       Snapshot& snapshot);

/// The processes that own a listener or were found for a group.
[[nodiscard]] std::set<std::int64_t> owning_processes(const Snapshot& snapshot);

}  // namespace weir::sense
