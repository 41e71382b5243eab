// The finding neighbour.table-full: the table of ARP or ND entries is at its limit, or near it. Not
// a detector of forged entries, which would need the packets.
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view neighbour_table_full = "neighbour.table-full";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   neighbour.table-full: family protocol entries hard_limit soft_limit losses losses_per_second
//   scan; variants near, soft, before (losses since)
//
// table_fulls moves: critical, because new neighbours cannot be reached. Entries above 90 % of
// gc_thresh3: a warning, unless the kernel is known not to count them. Entries above gc_thresh2: a
// notice.
[[nodiscard]] std::vector<Finding> judge_neighbours(const Case& given);

/// Outside of the host's first network namespace the kernel reports neither the table's size nor
/// its limits.
[[nodiscard]] std::vector<NotSeen> list_unseen_neighbours(const Case& given);

}  // namespace weir::judge
