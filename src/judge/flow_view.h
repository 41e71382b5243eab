// FlowView: how one sampled connection moved inside the window, and how a finding names it.
// Not a judgement: flow_limits.h, transmission.h and mtu_blackhole.h draw the conclusions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "judge/window.h"
#include "model/finding.h"

namespace weir::judge {

/// Growth inside the window. For a connection that was not seen at the window's start: growth since
/// the connection began (`whole` is false).
struct FlowView {
  const Flow* flow = nullptr;
  bool whole = false;  ///< seen at both ends of the window
  Bytes acked, received;
  Nanoseconds busy, rwnd_limited, sndbuf_limited;
  std::int64_t retransmitted = 0;  ///< segments
  std::int64_t data_segments = 0;  ///< sent segments, including those sent again
  std::int64_t segments_in = 0;
};

/// One view for each of the Recording's flows, in the Recording's order.
[[nodiscard]] std::vector<FlowView> compute_flow_views(const Window& window);

/// Whether the connection waits in a queue of its own making: its round trip is far above its
/// shortest one. There congestion control finds the capacity of the path by loss and delay (RFC
/// 5681). Neither a larger buffer nor another cable makes the connection faster.
[[nodiscard]] bool fills_its_path(const FlowState& state);

/// "10.0.0.1:80 - 192.0.2.7:40000", this host's end first.
[[nodiscard]] std::string flow_name(const Flow& flow);
/// The command that holds the connection: found by the connection's own pids, else by the pids of
/// the listener that accepted it. Empty if neither is known.
[[nodiscard]] std::string flow_command(const Window& window, const Flow& flow);
[[nodiscard]] Resource flow_resource(const Window& window, const Flow& flow);

}  // namespace weir::judge
