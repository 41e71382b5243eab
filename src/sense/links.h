// Reads the network interfaces: rtnetlink, and sysfs for the speed of hardware.
// Not ethtool.
#pragma once

#include <vector>

#include "kernel/port/kernel.h"
#include "model/snapshot.h"
#include "sense/file_reader.h"

namespace weir::sense {

/// Ordered by index.
[[nodiscard]] std::vector<Link> read_links(kernel::Netlink& netlink, FileReader& reader, std::vector<NotSeen>& not_seen);

}  // namespace weir::sense
