// The findings buffers.tcp-memory-pressure and buffers.receive-collapse: the memory of all
// connections, and what full receive queues throw away. Not what limits a single connection
// (flow_limits.h), nor orphans that the kernel aborts for their number (they move TCPAbortOnMemory,
// too).
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view buffers_tcp_memory_pressure = "buffers.tcp-memory-pressure";
inline constexpr std::string_view buffers_receive_collapse = "buffers.receive-collapse";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   buffers.tcp-memory-pressure: pages low pressure high losses since
//   buffers.receive-collapse: dropped_per_second collapsed_per_second process
//
// tcp-memory-pressure: critical when data is refused or connections are aborted while the memory is
// above its second or third threshold. A warning above the second threshold, or when the kernel
// entered pressure inside the window. A notice above the first threshold (`low`), where the kernel
// regulates nothing yet. A namespace other than the host's first one does not see tcp_mem, so only
// the counters are judged there (`hidden`). Pressure before the window: `before`. receive-collapse:
// dropped segments are critical above a rate and a share, else a warning. Queues that the kernel
// only collapsed are a notice (`collapsed`).
[[nodiscard]] std::vector<Finding> judge_buffers(const Case& given);

}  // namespace weir::judge
