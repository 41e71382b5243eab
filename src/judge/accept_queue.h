// The findings accept-queue.…: which listener's queue refuses connections or is about to, and
// whether the application or a setting causes it. Not the measuring (queue.h), nor the owner's
// state (cause.h), nor the size that would suffice (plan/backlog.h).
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"
#include "model/recording.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view accept_queue_app_backlog = "accept-queue.app-backlog";
inline constexpr std::string_view accept_queue_somaxconn = "accept-queue.somaxconn";
inline constexpr std::string_view accept_queue_not_accepting = "accept-queue.not-accepting";
inline constexpr std::string_view accept_queue_near_full = "accept-queue.near-full";
inline constexpr std::string_view accept_queue_slow_application = "accept-queue.slow-application";
inline constexpr std::string_view accept_queue_overflowed_before = "accept-queue.overflowed-before";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   accept-queue.app-backlog, .somaxconn, .near-full, .not-accepting, .slow-application:
//     listener process backlog overflows overflows_per_second peak full_percent empty_percent
//     somaxconn durable pause_ms taken_per_second wait_seconds; target, once it is planned
//   where an owner is the reason, also: busy_percent host_percent cgroup throttled_ms state wait
//   accept-queue.overflowed-before: overflows since; its variant `since` also those of the first
//   line
//
// A queue that overflowed and emptied in between had a burst: app-backlog, or somaxconn where
// somaxconn sets the limit. A queue that did not come down is the application's fault:
// slow-application. So is a queue of only one member of an SO_REUSEPORT group, while the other
// members' queues are empty. The severity is critical if connections were refused inside the
// window. A standing queue that has refused no connection yet is a warning. A burst that nearly
// filled the queue and fitted is a notice. The variant `pauses` is a burst that came while the
// owner did something else. The queue was full for a while, and the looks inside show a wait that
// is not a poll. A queue that only grew or kept its length through the window is not-accepting,
// however far from its limit. Members of a group are judged one by one. Equal diagnoses become one
// finding about the worst member; the others are in Finding::also.
[[nodiscard]] std::vector<Finding> judge_accept_queues(const Case& given);

/// What the recording does not show about accept queues: overflows of a socket that no longer
/// exists.
[[nodiscard]] std::vector<NotSeen> list_unseen_overflows(const Case& given);

}  // namespace weir::judge
