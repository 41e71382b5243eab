// Flows for tests: a connection of port 80 as both ends of a three-second window see it, and
// shorthands for reports. Not a sampler: the test chooses the numbers.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "judge/judge.h"
#include "support/judged.h"
#include "support/recording_builder.h"
#include "support/report_questions.h"

namespace weir::test {

/// A connection over a path of 40 ms that has carried 1 MB and is at rest: nothing limits it.
inline FlowState resting_state() {
  FlowState state;
  state.snd_mss = {1448};
  state.rcv_mss = {1448};
  state.pmtu = {1500};
  state.rtt = milliseconds(40);
  state.min_rtt = milliseconds(39);
  state.rcv_rtt = milliseconds(40);
  state.snd_cwnd = 20;
  state.snd_wnd = {4 << 20};
  state.bytes_acked = {1'000'000};
  state.bytes_received = {500};
  state.rcvbuf = {131072};
  state.sndbuf = {87040};
  state.busy = seconds(1);
  return state;
}

/// `change` changes the connection inside the window.
inline Flow make_flow(const std::string& peer, std::uint64_t cookie, const FlowState& before,
                      const std::function<void(FlowState&)>& change) {
  Flow flow;
  flow.address = "192.0.2.10";
  flow.port = 80;
  flow.peer = peer;
  flow.peer_port = 40000 + static_cast<std::int64_t>(cookie % 20000);
  flow.cookie = cookie;
  flow.inode = static_cast<std::int64_t>(cookie) + 100000;
  flow.incoming = true;
  flow.state = "ESTABLISHED";
  flow.first = before;
  flow.last = before;
  flow.pids = {812};
  change(flow.last);
  return flow;
}

/// A server on port 80 with the kernel's ordinary buffers, and some traffic.
inline RecordingBuilder server_with_flows(const std::vector<Flow>& flows) {
  RecordingBuilder builder;
  builder.listener({}).process(812, "nginx", 0.2, 'S', "ep_poll");
  builder.sysctl("net.ipv4.tcp_rmem", "4096 131072 6291456")
      .sysctl("net.ipv4.tcp_wmem", "4096 16384 4194304")
      .sysctl("net.ipv4.tcp_moderate_rcvbuf", "1");
  builder.sysctl("net.ipv4.tcp_adv_win_scale", "1")
      .sysctl("net.ipv4.tcp_mem", "190000 250000 380000")
      .sysctl("net.ipv4.tcp_mtu_probing", "0");
  builder.counter("Tcp.InSegs", 1'000'000, 9000)
      .counter("Tcp.OutSegs", 2'000'000, 15000)
      .counter("Tcp.RetransSegs", 4000, 0)
      .counter("Tcp.OutRsts", 100, 6);
  builder.raw().flows = flows;
  return builder;
}

inline Report run(const Recording& recording, const judge::Filter& filter = {}) {
  return judged(recording, filter);
}

/// Only the findings of these stages: other tests check the findings about the settings of the
/// made-up host.
inline std::vector<Finding> findings_of(const Recording& recording,
                                        const std::vector<Stage>& stages) {
  std::vector<Finding> found;
  for (auto& finding : run(recording).findings) {
    if (std::find(stages.begin(), stages.end(), finding.stage) != stages.end())
      found.push_back(finding);
  }
  return found;
}

inline std::vector<std::string> ids_of(const std::vector<Finding>& findings) {
  std::vector<std::string> ids;
  for (const auto& finding : findings) ids.push_back(finding.id);
  return ids;
}

}  // namespace weir::test
