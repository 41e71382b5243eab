// /proc/net/softnet_stat: the work of each CPU's receive side (net/core/net-procfs.c,
// softnet_seq_show). Not a judgement of it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/snapshot.h"

namespace weir::wire {

/// One entry per line that has at least three hexadecimal columns. The CPU's number is column 13
/// (Linux 5.10). Before 5.10, each line is the next online CPU in the order of `online`, or the
/// line's own number if `online` has no more. The backlog's length is column 12 (5.10),
/// received_rps column 10 (2.6.35), flow_limit column 11 (3.11).
[[nodiscard]] std::vector<SoftnetCpu> parse_softnet(std::string_view text,
                                                    std::span<const std::int64_t> online = {});

}  // namespace weir::wire
