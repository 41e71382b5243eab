// The findings connect.…: the local ports towards one destination are used up, and connections that
// this host opens are not answered. Not the effects at the other end.
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view connect_ports_exhausted = "connect.ports-exhausted";
inline constexpr std::string_view connect_timeouts = "connect.timeouts";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   connect.ports-exhausted: destination source process used_ports usable_ports used_percent
//     time_waits
//   connect.timeouts: destination process waiting unanswered opened_per_second
//
// Unanswered SYNs are found by the sockets that wait for an answer. The counters cannot be used:
// TCPSynRetrans also counts SYN-ACKs (tcp_rtx_synack(), net/ipv4/tcp_output.c), and AttemptFails
// also counts refused attempts. A few unanswered SYNs towards one destination are a dead target of
// a monitor or a crawler.
[[nodiscard]] std::vector<Finding> judge_connect(const Case& given);

}  // namespace weir::judge
