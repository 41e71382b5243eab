// The finding transmission.flood: packets that belong to no connection and no service, at a rate
// that costs the host CPU time. Not SYN floods: the stage syn-queue has them.
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view transmission_flood = "transmission.flood";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   transmission.flood: per_second answered_per_second share_percent
//
// Each variant counts arrivals. It subtracts the packets that the host's own work explains, and
// judges the rest by rate and share:
//   ack   OutRsts, without three kinds of resets: of programs that close with unread data or a zero
//         linger, of half-open requests, and of attempts that failed on loopback. The kernel
//         answers an ACK without a connection like a SYN to a closed port. So clients that keep
//         trying a port that has lost its listener give the same numbers: the text says so.
//   rst   InSegs that nothing accounts for: no answer (OutSegs), no connection (TCPHPHits,
//         TCPPureAcks, TCPHPAcks, TCPOFOQueue) and no full queue (ListenDrops)
//   udp   NoPorts, without those of this host's own programs, which get the ICMP error themselves
//   icmp  InMsgs, without replies to this host's own echo requests and without errors that its own
//         packets explain
[[nodiscard]] std::vector<Finding> judge_packet_floods(const Case& given);

}  // namespace weir::judge
