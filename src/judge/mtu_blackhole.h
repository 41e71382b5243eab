// The finding transmission.mtu-blackhole: paths on which connections open and small segments pass,
// but full-size ones never arrive. Not loss (transmission.h), and not a peer that disappeared in
// the middle of a transfer.
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
// in a row or more, and no full-size segment was ever acknowledged. A client that disappeared right
// after its request looks the same, so more evidence is needed to call it a black hole:
//   critical              the peer still answers: it acknowledged a later, smaller segment, or
//                         segments arrive on this or another of its connections
//   critical              three connections of one peer; or of any peers, while no full-size
//                         segment gets through in the sample
//   warning               two connections of one peer
//   a notice (`single`)   one connection with three timeouts or more
// There is no finding about a peer to which another connection delivers full-size segments.
[[nodiscard]] std::vector<Finding> judge_mtu_blackhole(const Case& given);

}  // namespace weir::judge
