// Finds the UDP sockets that drop what they receive.
// Not all UDP sockets, and not their owners (group_owners.h).
#pragma once

#include <cstddef>
#include <vector>

#include "model/counters.h"
#include "model/socket_group.h"
#include "sense/file_reader.h"

namespace weir::sense {

inline constexpr std::size_t max_udp_sockets = 16;

/// Empty unless the namespace's counters moved from `before` to `now`; they say nothing of who it
/// was.
[[nodiscard]] std::vector<UdpSocket> read_udp_sockets(FileReader& reader, const Counters& before,
                                                      const Counters& now);

}  // namespace weir::sense
