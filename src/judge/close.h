// The findings close.…: sockets that a program does not close, that the peer does not close, and
// that have no owner any more. Not TIME_WAIT (time_wait.h), although the kernel counts FIN_WAIT2
// without an owner with it.
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view close_fin_wait_2_pileup = "close.fin-wait-2-pileup";
inline constexpr std::string_view close_orphan_limit = "close.orphan-limit";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   close.close-wait-leak: process sockets ends age_s growth_per_second files limit
//   close.fin-wait-2-pileup: sockets ends fin_timeout time_waits max_tw_buckets
//   close.orphan-limit: orphans max_orphans killed_per_second ends
//
// A leak is sockets in CLOSE_WAIT that a process holds and that lasted. A connection that still
// waits in an accept queue has no owner yet: slow-application covers it. Sockets of a connection
// pool whose server closed them are a leak only if their number grows or is very large.
[[nodiscard]] std::vector<Finding> judge_close(const Case& given);

}  // namespace weir::judge
