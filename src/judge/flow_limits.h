// The findings buffers.receive-limited, buffers.send-limited and buffers.peer-window: a buffer or
// window keeps a connection slower than its path. Not the memory of all connections together, nor
// the data that full buffers throw away (buffers.h).
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view buffers_receive_limited = "buffers.receive-limited";
inline constexpr std::string_view buffers_send_limited = "buffers.send-limited";
inline constexpr std::string_view buffers_peer_window = "buffers.peer-window";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   buffers.receive-limited, .send-limited, .peer-window: connection process connections rate_kib
//   rtt_ms buffer_kib limit_kib share_percent
//
// send-limited: sndbuf_limited runs only while everything written is sent, the congestion window
// has room and the program waits for the buffer (tcp_cwnd_validate(), net/ipv4/tcp_output.c). The
// buffer must also equal the data under way on the path: throughput times round trip. The buffer is
// at tcp_wmem[2] (no variant), or SO_SNDBUF fixed it (`fixed`). The kernel's own choice is never
// below two congestion windows (tcp_sndbuf_expand(), net/ipv4/tcp_input.c). receive-limited:
// throughput times the receiver's round trip fills the window that the buffer allows, and the
// program reads at once. A buffer at tcp_rmem[2] has no variant; a `fixed` buffer is one that the
// autotuning would have enlarged (tcp_rcv_space_adjust()); `autotuning-off` is tcp_moderate_rcvbuf
// = 0. peer-window: rwnd_limited. Only the other end can change it, so it is a notice; a slow phone
// shows it, too. Not judged: connections that are slow because of the path or the sender.
[[nodiscard]] std::vector<Finding> judge_flow_limits(const Case& given);

/// The connections that the sample left out.
[[nodiscard]] std::vector<NotSeen> list_unseen_flows(const Case& given);

}  // namespace weir::judge
