// FlowView: how one sampled connection moved inside the window, and how a finding names it.
// Not a judgement: flow_limits.h, transmission.h and mtu_blackhole.h draw the conclusions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "judge/window.h"
#include "model/finding.h"

namespace weir::judge {

/// Growth inside the window; of a connection that was not seen at its start, since the connection
/// began (`whole` is false).
struct FlowView {
  const Flow* flow = nullptr;
  bool whole = false;  ///< seen at both ends of the window
  Bytes acked, received;
  Nanoseconds busy, rwnd_limited, sndbuf_limited;
  std::int64_t retransmitted = 0;  ///< segments
  std::int64_t data_segments = 0;  ///< sent, with those sent again
  std::int64_t segments_in = 0;
};

/// One for each of the Recording's flows, in its order.
[[nodiscard]] std::vector<FlowView> compute_flow_views(const Window& window);

/// Whether the connection waits in a queue of its own making: its round trip is far above the
/// shortest one. Loss and delay there are how congestion control finds out what the path carries
/// (RFC 5681), and neither a larger buffer nor another cable makes it faster.
[[nodiscard]] bool fills_its_path(const FlowState& state);

/// "10.0.0.1:80 - 192.0.2.7:40000", this host's end first.
[[nodiscard]] std::string flow_name(const Flow& flow);
/// The command that holds it: by its own pids, else that of the listener that it came in by; empty
/// when neither is known.
[[nodiscard]] std::string flow_command(const Window& window, const Flow& flow);
[[nodiscard]] Resource flow_resource(const Window& window, const Flow& flow);

}  // namespace weir::judge
