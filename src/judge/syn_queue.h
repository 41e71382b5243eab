// The findings syn-queue.…: half-open requests that nobody will complete, and bursts of real
// clients for which the SYN queue is too small. Not the measuring (requests.h), and not the accept
// queue, whose refusals leave requests behind as well.
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
// A flood is requests that are not answered: the old ones among the half-open (an answer that takes
// over a second is rare), SYN cookies that do not come back, and SYNs that are dropped while such
// requests hold the queue. Each is compared with the handshakes that complete. Clients of a full
// accept queue leave old requests, too, because the kernel drops their ACK (tcp_check_req(),
// net/ipv4/tcp_minisocks.c): of a listener whose accept queue stands full the old requests prove
// nothing, and only what else a flood does counts there. A full SYN queue that no flood filled is a
// burst: a notice where cookies answered it, critical where they are off. With cookies off and room
// in the listener's queue it is the reserve of tcp_max_syn_backlog that drops.
[[nodiscard]] std::vector<Finding> judge_syn_queues(const Case& given);

/// Requests of which the Recording does not tell whether anybody will answer them.
[[nodiscard]] std::vector<NotSeen> list_unsure_requests(const Case& given);

}  // namespace weir::judge
