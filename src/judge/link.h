// The findings link.…. An interface lost its carrier, negotiated less than it could, is full,
// overruns its ring, damages frames, or exceeds the limits of the cloud. Not bonds, and not the
// neighbours behind a link.
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view link_carrier_lost = "link.carrier-lost";
inline constexpr std::string_view link_duplex_half = "link.duplex-half";
inline constexpr std::string_view link_speed_reduced = "link.speed-reduced";
inline constexpr std::string_view link_saturated = "link.saturated";
inline constexpr std::string_view link_rx_drops = "link.rx-drops";
inline constexpr std::string_view link_errors = "link.errors";
inline constexpr std::string_view link_cloud_allowance = "link.cloud-allowance";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold, beside interface:
//   link.carrier-lost: changes dependent; variants lost flapping member unused
//   link.duplex-half: none; variant silent
//   link.speed-reduced: speed best_speed; variant restricted
//   link.saturated: direction rate capacity used_percent losses lost_percent; variants shaped queue
//   link.rx-drops, link.errors, link.cloud-allowance: counter losses losses_per_second
//     lost_percent; link.errors also as variant length
//   link.rx-drops, link.cloud-allowance, variant before: losses since
//
// An interface is hardware if the kernel gives it no kind. A virtual interface (veth, bridge,
// tunnel) is judged only if its condition cannot be normal; for the carrier, see link_carrier.cpp.
// A shaping queueing discipline is the administrator's choice on any interface.

/// A warning if an address, a route or a bond depends on the interface; critical if the carrier was
/// lost inside the window; else a notice.
[[nodiscard]] std::vector<Finding> judge_carriers(const Window& window);
/// Half duplex: a warning. A lower speed: a warning if it is a quarter of what both ends can do, or
/// less; else a notice.
[[nodiscard]] std::vector<Finding> judge_link_modes(const Window& window);
/// A warning above 90 % of the speed; critical if packets are dropped because of it.
[[nodiscard]] std::vector<Finding> judge_link_load(const Window& window);
/// By the share of the packets that is lost: critical, warning or notice.
[[nodiscard]] std::vector<Finding> judge_link_losses(const Window& window);

/// The findings of all functions above.
[[nodiscard]] std::vector<Finding> judge_links(const Case& given);

/// Cards that carry traffic and do not report their speed.
[[nodiscard]] std::vector<NotSeen> list_unseen_links(const Case& given);

}  // namespace weir::judge
