// The findings host.softirq-…: a CPU's backlog drops packets, its budget ends before the work, or
// one CPU does all the receiving. Not the card's ring (link.rx-drops): the ring overflows before
// softirq sees the packet.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view host_softirq_drops = "host.softirq-drops";
inline constexpr std::string_view host_softirq_squeezed = "host.softirq-squeezed";
inline constexpr std::string_view host_softirq_one_cpu = "host.softirq-one-cpu";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   host.softirq-drops: cpu losses losses_per_second lost_percent backlog_limit; variant before
//     (losses since)
//   host.softirq-squeezed: cpu squeezes_per_second squeezed_percent softirq_percent
//   host.softirq-one-cpu: cpu interface packets_per_second packets_percent softirq_percent
//     others_idle_percent queues
//
// softirq-drops: critical if a noticeable share of the CPU's packets is lost. softirq-squeezed: a
// warning only if softirq also takes much of the CPU. softirq-one-cpu: a warning if one CPU has no
// time left and the others have plenty; critical if packets are lost because of it.
[[nodiscard]] std::vector<Finding> judge_softirq(const Case& given);

/// The packets that one CPU received inside the window.
struct SoftnetMove {
  const SoftnetCpu* cpu = nullptr;  ///< as it is at the window's end
  std::int64_t processed = 0, dropped = 0, squeezed = 0;
  /// shares of the CPU's time; nothing if the time was not read
  std::optional<double> softirq_share, idle_share;
};
[[nodiscard]] std::vector<SoftnetMove> compute_softnet_moves(const Window& window);

/// The card that received the most packets inside the window; null if no card received any.
[[nodiscard]] const Link* find_busiest_link(const Window& window);

}  // namespace weir::judge
