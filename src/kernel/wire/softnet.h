// /proc/net/softnet_stat: what each CPU's receive side did (net/core/net-procfs.c, softnet_seq_show).
// Not a judgement of it.
#pragma once

#include <string_view>
#include <vector>

#include "model/snapshot.h"

namespace weir::wire {

/// One entry per line that has at least three hexadecimal columns. The CPU's number is column 13, or the line's where a kernel has no such column.
[[nodiscard]] std::vector<SoftnetCpu> parse_softnet(std::string_view text);

}  // namespace weir::wire
