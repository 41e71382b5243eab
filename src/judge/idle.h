// The findings idle.slow-hold and idle.dead-peers: established connections that are held without
// being used. Not keep-alive connections of clients that had an answer: those are the ordinary
// crowd of a busy server.
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
// slow-hold counts, network by network, connections on which the server never sent anything
// (PeerGroup). Silent ones alone accuse nobody: long polling, connections that a browser opened in
// advance, and the clients of a server that hangs are silent too. What tells an attack is that many
// of them go on sending, in small pieces, and never finish a request. Critical where the server
// already suffers: the queue of that listener stands or overflows, or its owner has nearly no files
// left; else a warning. Silent ones that hold most of the owner's files are a warning of their own
// (`silent`). dead-peers is a notice: the kernel cannot tell a peer that is gone from one that is
// idle.
[[nodiscard]] std::vector<Finding> judge_idle(const Case& given);

}  // namespace weir::judge
