// Flow: one TCP connection of a bounded sample, with tcp_info and SK_MEMINFO at both ends of a
// window. Not a packet trace, and not every connection: FlowSample has the number of connections
// that were read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "model/family.h"

namespace weir {

/// The tcpi_… fields of include/uapi/linux/tcp.h, and SK_MEMINFO. A field that the kernel lacks
/// stays 0.
struct FlowState {
  std::int64_t retransmits = 0;  ///< timeouts in a row without an answer
  std::int64_t backoff = 0;
  std::int64_t total_retrans = 0;                  ///< segments sent again since the beginning
  std::int64_t lost = 0, unacked = 0, sacked = 0;  ///< segments
  std::int64_t snd_cwnd = 0;                       ///< segments
  std::int64_t reordering = 0;
  std::int64_t segs_out = 0, segs_in = 0, data_segs_out = 0, data_segs_in = 0;
  Bytes snd_mss, rcv_mss, pmtu;
  /// rcv_rtt: the receiver's estimate
  Nanoseconds rtt, min_rtt, rcv_rtt;
  /// bytes that the application read in the last round trip: the base of the receive autotuning
  Bytes rcv_space;
  /// the window that the peer offers (Linux 5.4)
  Bytes snd_wnd;
  Nanoseconds last_data_sent, last_data_recv, last_ack_recv;  ///< ago
  Bytes bytes_acked, bytes_received;
  Bytes notsent;  ///< written by the application and never sent
  /// time with data to send, and the parts of it that waited for the peer's window or for the send
  /// buffer
  Nanoseconds busy, rwnd_limited, sndbuf_limited;
  std::int64_t delivery_rate = 0;                 ///< bytes per second
  bool app_limited = false;                       ///< the application limited the delivery rate
  Bytes receive_queue;                            ///< received and not read
  Bytes send_queue;                               ///< written and not acknowledged
  Bytes rmem_alloc, rcvbuf, wmem_queued, sndbuf;  ///< SK_MEMINFO, with the kernel's own overhead
  /// idiag_timer: 0 none, 1 retransmission, 2 keepalive, 3 TIME_WAIT, 4 zero-window probe
  std::int64_t timer = 0;
  friend bool operator==(const FlowState&, const FlowState&) = default;
};

struct Flow {
  Family family = Family::ipv4;
  std::string address;  ///< local
  std::int64_t port = 0;
  std::string peer;
  std::int64_t peer_port = 0;
  std::uint64_t cookie = 0;
  std::int64_t inode = 0;
  bool incoming = false;  ///< its local port has a listener
  std::string state;      ///< "ESTABLISHED", "FIN_WAIT1", …
  /// at the window's start, if it existed and was in the sample
  std::optional<FlowState> first;
  FlowState last;
  std::vector<std::int64_t> pids = {};  ///< bounded; empty if no search was made
  friend bool operator==(const Flow&, const Flow&) = default;
};

}  // namespace weir
