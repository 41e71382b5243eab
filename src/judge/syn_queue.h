// The findings syn-queue.…: half-open requests that will never complete, and bursts of real clients
// for which the SYN queue is too small. Not the measuring (requests.h), and not the accept queue,
// whose refusals leave requests behind as well.
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view syn_queue_flood = "syn-queue.flood";
inline constexpr std::string_view syn_queue_overflow = "syn-queue.overflow";
inline constexpr std::string_view syn_queue_reserve_drops = "syn-queue.reserve-drops";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   syn-queue.flood, .overflow, .reserve-drops:
//     listener process backlog half_open stale unanswered_per_second completed_per_second
//     dropped_per_second max_syn_backlog
//   variant before of syn-queue.overflow: losses since
//
// A flood is requests that are not answered. It has three signs: old requests among the half-open
// ones (an answer seldom takes over a second), unanswered SYN cookies, and SYNs dropped while such
// requests hold the queue. Each sign is compared with the handshakes that complete. Clients of a
// full accept queue also leave old requests, because the kernel drops their ACK (tcp_check_req(),
// net/ipv4/tcp_minisocks.c). If the accept queue is full, old requests therefore prove nothing, and
// only the other signs count. A full SYN queue that no flood filled is a burst: a notice if cookies
// answered it, critical if cookies are off. With cookies off and room in the listener's queue, the
// reserve of tcp_max_syn_backlog drops the SYNs.
[[nodiscard]] std::vector<Finding> judge_syn_queues(const Case& given);

/// Requests for which the Recording does not show whether they will be answered.
[[nodiscard]] std::vector<NotSeen> list_unsure_requests(const Case& given);

}  // namespace weir::judge
