// The findings idle.slow-hold and idle.dead-peers: established connections that are held without
// being used. Not keep-alive connections of clients that had an answer: a busy server ordinarily
// has many of those.
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view idle_slow_hold = "idle.slow-hold";
inline constexpr std::string_view idle_dead_peers = "idle.dead-peers";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   idle.slow-hold: network networks port process held trickling connections
//   idle.dead-peers: connections idle_minutes oldest_count
//
// slow-hold counts, for each network, connections on which the server never sent anything
// (PeerGroup). Silent connections alone do not prove an attack. Long polling, connections that a
// browser opened in advance, and clients of a server that hangs are silent too. In an attack many
// of the connections go on sending small pieces, and never finish a request. The finding is
// critical if the server already suffers. Then the queue of that listener does not come down or
// overflows, or its owner has nearly no files left. Otherwise it is a notice. Silent connections
// that hold most of the owner's files are a warning (`silent`). dead-peers is a notice: the kernel
// cannot distinguish a dead peer from an idle one.
[[nodiscard]] std::vector<Finding> judge_idle(const Case& given);

}  // namespace weir::judge
