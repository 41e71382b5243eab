// The finding transmission.loss: segments that the path loses, told from those that are sent again
// for another reason. Not a path that swallows large segments only (mtu_blackhole.h), and no SYNs
// (the stage connect).
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view transmission_loss = "transmission.loss";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   transmission.loss: lost lost_per_second sent share_percent destination of_all_percent
//
// Counted as lost: RetransSegs, without SYNs and SYN-ACKs sent again (TCPSynRetrans), without those
// that the peer had already (TCPDSACKRecv: reordering, delay, a timer that was too short), and
// without those of sampled connections whose peer answers nothing any more (two timeouts in a row
// or more). Where nearly all of the rest are timeouts without a probe before them, peers are gone
// (tcp_schedule_loss_probe() sends a probe first, once), and nothing is said. `destination`: one
// peer has most of it and much more than its share of the traffic. `queue`: most of it belongs to
// connections that fill their own path (a download to a phone): that is congestion control at work,
// a notice.
[[nodiscard]] std::vector<Finding> judge_loss(const Case& given);

}  // namespace weir::judge
