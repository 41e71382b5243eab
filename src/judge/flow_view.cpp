#include "judge/flow_view.h"

#include <algorithm>

#include "base/integers.h"
#include "judge/socket_groups.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// A queue on the path at least doubles the round trip. It also adds more than a busy CPU or a
/// delayed ACK does on average (at most 40 ms, TCP_DELACK_MIN, include/net/tcp.h). weir's own
/// thresholds.
constexpr std::int64_t inflation_factor = 2;
constexpr Nanoseconds inflation = milliseconds(20);

/// Growth of a number that never falls. A kernel that lacks the field leaves it 0, and a file may
/// contain any number.
std::int64_t grown(const FlowState* first, std::int64_t before, std::int64_t now) {
  return first == nullptr ? std::max<std::int64_t>(now, 0) : difference(before, now).value_or(0);
}

FlowView view_of(const Window& window, const Flow& flow) {
  const FlowState* first = window.start() != nullptr && flow.first ? &*flow.first : nullptr;
  const FlowState before = first == nullptr ? FlowState{} : *first;
  const FlowState& now = flow.last;
  FlowView view;
  view.flow = &flow;
  view.whole = first != nullptr;
  view.acked = {grown(first, before.bytes_acked.count, now.bytes_acked.count)};
  view.received = {grown(first, before.bytes_received.count, now.bytes_received.count)};
  view.busy = {grown(first, before.busy.count, now.busy.count)};
  view.rwnd_limited = {grown(first, before.rwnd_limited.count, now.rwnd_limited.count)};
  view.sndbuf_limited = {grown(first, before.sndbuf_limited.count, now.sndbuf_limited.count)};
  view.retransmitted = grown(first, before.total_retrans, now.total_retrans);
  view.data_segments = grown(first, before.data_segs_out, now.data_segs_out);
  view.segments_in = grown(first, before.segs_in, now.segs_in);
  return view;
}

const Listener* find_listener_of(const Window& window, const Flow& flow) {
  return flow.incoming ? window.index().end.listeners_by_port.find(flow.port) : nullptr;
}

}  // namespace

std::vector<FlowView> compute_flow_views(const Window& window) {
  std::vector<FlowView> views;
  views.reserve(window.recording().flows.size());
  for (const auto& flow : window.recording().flows) views.push_back(view_of(window, flow));
  return views;
}

bool fills_its_path(const FlowState& state) {
  if (state.min_rtt.count <= 0) return false;
  const auto added = saturated_difference(state.rtt.count, state.min_rtt.count);
  return added >= inflation.count && added / (inflation_factor - 1) >= state.min_rtt.count;
}

std::string flow_name(const Flow& flow) {
  return endpoint_name(flow.family, flow.address, flow.port) + " - " +
         endpoint_name(flow.family, flow.peer, flow.peer_port);
}

std::string flow_command(const Window& window, const Flow& flow) {
  for (const auto pid : flow.pids) {
    const Process* process = find_process(window, pid);
    if (process != nullptr && !process->command.empty()) return process->command;
  }
  const Listener* listener = flow.pids.empty() ? find_listener_of(window, flow) : nullptr;
  return listener == nullptr ? std::string() : listener_command(window, *listener);
}

Resource flow_resource(const Window& window, const Flow& flow) {
  Resource resource;
  resource.kind = "connection";
  resource.name = flow_name(flow);
  resource.netns = window.end().provenance.place.netns;
  resource.cookie = flow.cookie;
  resource.inode = flow.inode;
  resource.identity = socket_identity(flow.cookie, flow.inode);
  if (flow.incoming) resource.port = flow.port;
  resource.pids.assign(
      flow.pids.begin(),
      flow.pids.begin() + static_cast<std::ptrdiff_t>(std::min(flow.pids.size(), named_at_most)));
  if (resource.pids.empty()) {
    const Listener* listener = find_listener_of(window, flow);
    if (listener != nullptr) resource.pids = listener_resource(window, *listener, 1).pids;
  }
  resource.command = flow_command(window, flow);
  return resource;
}

}  // namespace weir::judge
