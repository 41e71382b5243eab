// Reads what the drivers of the machine's network interfaces tell: speed, duplex and link modes,
// receive queues, and the counters that matter. Not every counter: a driver may have ten thousand.
#pragma once

#include <string_view>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/link.h"
#include "model/not_seen.h"
#include "sense/file_reader.h"

namespace weir::sense {

/// Sets `speed_mbit`, `modes`, `rx_queues`, `rps` and `driver` of the links that are hardware (at
/// most 64). Of a link that `previous` knows, the queues are taken from there. What a driver does
/// not tell stays empty; what could not be asked for is in `not_seen`. Wants the links ordered by
/// index.
void read_hardware(kernel::Ethtool& ethtool, FileReader& reader, const std::vector<Link>* previous,
                   std::vector<Link>& links, std::vector<NotSeen>& not_seen);

/// Whether a driver's counter of that name is one that is read.
[[nodiscard]] bool is_wanted_counter(std::string_view name);

}  // namespace weir::sense
