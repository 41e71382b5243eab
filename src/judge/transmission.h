// The finding transmission.loss: segments that the path loses, without those that are sent again
// for another reason. Not a path that loses only large segments (mtu_blackhole.h), and not SYNs
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
// Lost segments are RetransSegs, minus three kinds: SYNs and SYN-ACKs sent again (TCPSynRetrans);
// segments that the peer had already (TCPDSACKRecv: reordering, delay, a timer that was too short);
// and segments of sampled connections whose peer no longer answers (two timeouts in a row or more).
// If nearly all of the rest are timeouts without a probe before them, the peers have disappeared,
// and there is no finding: tcp_schedule_loss_probe() sends a probe first, once. `destination`: one
// peer has most of the losses, and much more than its share of the traffic. `queue`: most of the
// losses belong to connections that fill their own path (a download to a phone). Congestion control
// works like that, so it is a notice.
[[nodiscard]] std::vector<Finding> judge_loss(const Case& given);

}  // namespace weir::judge
