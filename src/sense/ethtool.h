// Reads the reports of the drivers of the machine's network interfaces: speed, duplex and link
// modes, receive queues, and the important counters. Not every counter: a driver may have ten
// thousand.
#pragma once

#include <string_view>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/link.h"
#include "model/not_seen.h"
#include "sense/file_reader.h"

namespace weir::sense {

/// Sets `speed_mbit`, `modes`, `rx_queues`, `rps` and `driver` of the links that are hardware (at
/// most 64). The queues of a link that `previous` knows come from there. A value that a driver does
/// not report stays empty; a request that failed is in `not_seen`. The links must be ordered by
/// index.
void read_hardware(kernel::Ethtool& ethtool, FileReader& reader, const std::vector<Link>* previous,
                   std::vector<Link>& links, std::vector<NotSeen>& not_seen);

/// Whether weir reads a driver's counter of that name.
[[nodiscard]] bool is_wanted_counter(std::string_view name);

}  // namespace weir::sense
