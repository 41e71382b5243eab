// The finding transmission.mtu-blackhole: paths on which connections open and small segments pass,
// and full-size ones never arrive. Not loss (transmission.h), and not a peer that went away in the
// middle of a transfer.
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view transmission_mtu_blackhole = "transmission.mtu-blackhole";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   transmission.mtu-blackhole: connections peer mss timeouts probing
//
// A connection is stuck when the peer has sent something, a full-size segment has timed out twice
// in a row or more, and not one full-size segment was ever acknowledged. A client that vanished
// right after its request looks the same, so it takes more to call it a black hole:
//   critical              the peer still answers: it acknowledged a later, smaller segment, or
//                         segments arrive on this or another of its connections
//   critical              three connections of one peer; or of any peers, while no full-size
//                         segment gets through in the sample
//   warning               two connections of one peer
//   a notice (`single`)   one connection with three timeouts or more
// A peer to which another connection delivers full-size segments is none of them.
[[nodiscard]] std::vector<Finding> judge_mtu_blackhole(const Case& given);

}  // namespace weir::judge
