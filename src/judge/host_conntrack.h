// The finding host.conntrack-full: the connection-tracking table at its maximum, or close to it.
// Not the drops of a firewall rule, and not packets that connection tracking calls invalid.
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view host_conntrack_full = "host.conntrack-full";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   host.conntrack-full: entries maximum used_percent losses losses_per_second evicted; variants
//   evicting near before (losses since)
//
// Refused packets at a table that is or was near its maximum: critical. Only evicted ones, or 90 %
// of the maximum: a warning. Far from the maximum, `drop` has other reasons (two packets clash, or
// a connection is out of step). So has insert_failed. Both are evidence, never the reason.
[[nodiscard]] std::vector<Finding> judge_conntrack(const Case& given);

}  // namespace weir::judge
