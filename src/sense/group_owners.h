// Finds the processes behind socket groups and used-up ports that a finding may name.
// Not the owners of listeners: see owners.h.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "model/not_seen.h"
#include "model/sockets.h"
#include "sense/file_reader.h"
#include "sense/socket_groups.h"
#include "sense/socket_place.h"

namespace weir::sense {

/// The groups, with the owners of those that are large or old enough for a finding. Sets the owners
/// of the port uses of `sockets` likewise, and those of its UDP sockets. Looks into the processes
/// only when there are such. `ports` are the local ports that the kernel may choose.
[[nodiscard]] std::vector<SocketGroup> find_group_owners(FileReader& reader,
                                                         std::vector<GroupWithInodes>&& groups,
                                                         const std::optional<PortRange>& ports,
                                                         Sockets& sockets,
                                                         std::vector<NotSeen>& not_seen);

/// The processes that own a listener or were found for a group.
[[nodiscard]] std::set<std::int64_t> owning_processes(const Sockets& sockets);

}  // namespace weir::sense
