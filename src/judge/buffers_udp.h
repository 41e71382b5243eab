// The finding buffers.udp-receive-drops: datagrams that arrived and that a full receive buffer
// threw away. Not datagrams for ports without a socket (packet_flood.h).
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view buffers_udp_receive_drops = "buffers.udp-receive-drops";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   buffers.udp-receive-drops: dropped_per_second share_percent process
//
// Above a rate and a share it is a warning, never more. Senders of datagrams expect some loss, and
// a socket that no program reads drops each broadcast that it gets.
[[nodiscard]] std::vector<Finding> judge_udp(const Case& given);

}  // namespace weir::judge
