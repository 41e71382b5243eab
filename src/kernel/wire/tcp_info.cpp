#include "kernel/wire/tcp_info.h"

#include <algorithm>
#include <array>
#include <limits>

#include <linux/sock_diag.h>
#include <linux/tcp.h>

namespace weir::wire {
namespace {

constexpr std::int64_t nanoseconds_per_microsecond = 1000;
// tcp_get_info() gives times since the last segment in milliseconds, everything else in
// microseconds (net/ipv4/tcp.c).
constexpr std::int64_t most_microseconds = INT64_MAX / nanoseconds_per_microsecond;

/// sk_rmem_alloc and similar fields are 32 bits wide and never negative.
constexpr std::int64_t positive(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

Nanoseconds microseconds(std::uint64_t value) {
  return {std::min(positive(value), most_microseconds) * nanoseconds_per_microsecond};
}

template <class Field>
void store_clamped(Field& field, std::int64_t value) {
  const auto most = std::numeric_limits<Field>::max();
  field = value < 0 ? Field{0}
                    : static_cast<Field>(std::min(static_cast<std::uint64_t>(value),
                                                  static_cast<std::uint64_t>(most)));
}

}  // namespace

void parse_tcp_info(ByteSpan bytes, FlowState& flow) {
  tcp_info info{};
  std::memcpy(&info, bytes.data(), std::min(sizeof(info), bytes.size()));
  flow.retransmits = info.tcpi_retransmits;
  flow.backoff = info.tcpi_backoff;
  flow.total_retrans = info.tcpi_total_retrans;
  flow.lost = info.tcpi_lost;
  flow.unacked = info.tcpi_unacked;
  flow.sacked = info.tcpi_sacked;
  flow.snd_cwnd = info.tcpi_snd_cwnd;
  flow.reordering = info.tcpi_reordering;
  flow.segs_out = info.tcpi_segs_out;
  flow.segs_in = info.tcpi_segs_in;
  flow.data_segs_out = info.tcpi_data_segs_out;
  flow.data_segs_in = info.tcpi_data_segs_in;
  flow.snd_mss = {info.tcpi_snd_mss};
  flow.rcv_mss = {info.tcpi_rcv_mss};
  flow.pmtu = {info.tcpi_pmtu};
  flow.rtt = microseconds(info.tcpi_rtt);
  flow.min_rtt = microseconds(info.tcpi_min_rtt);
  flow.rcv_rtt = microseconds(info.tcpi_rcv_rtt);
  flow.rcv_space = {info.tcpi_rcv_space};
  flow.snd_wnd = {info.tcpi_snd_wnd};
  flow.last_data_sent = milliseconds(info.tcpi_last_data_sent);
  flow.last_data_recv = milliseconds(info.tcpi_last_data_recv);
  flow.last_ack_recv = milliseconds(info.tcpi_last_ack_recv);
  flow.bytes_acked = {positive(info.tcpi_bytes_acked)};
  flow.bytes_received = {positive(info.tcpi_bytes_received)};
  flow.notsent = {info.tcpi_notsent_bytes};
  flow.busy = microseconds(info.tcpi_busy_time);
  flow.rwnd_limited = microseconds(info.tcpi_rwnd_limited);
  flow.sndbuf_limited = microseconds(info.tcpi_sndbuf_limited);
  flow.delivery_rate = positive(info.tcpi_delivery_rate);
  flow.app_limited = info.tcpi_delivery_rate_app_limited != 0;
}

void parse_memory(ByteSpan bytes, FlowState& flow) {
  const auto memory = load<std::array<std::uint32_t, SK_MEMINFO_OPTMEM>>(bytes);
  if (!memory) return;
  flow.rmem_alloc = {(*memory)[SK_MEMINFO_RMEM_ALLOC]};
  flow.rcvbuf = {(*memory)[SK_MEMINFO_RCVBUF]};
  flow.wmem_queued = {(*memory)[SK_MEMINFO_WMEM_QUEUED]};
  flow.sndbuf = {(*memory)[SK_MEMINFO_SNDBUF]};
}

ByteBuffer write_tcp_info(const FlowState& flow) {
  tcp_info info{};
  const auto us = [](Nanoseconds time) { return time.count / nanoseconds_per_microsecond; };
  const auto ms = [](Nanoseconds time) { return time.count / nanoseconds_per_millisecond; };
  store_clamped(info.tcpi_retransmits, flow.retransmits);
  store_clamped(info.tcpi_backoff, flow.backoff);
  store_clamped(info.tcpi_total_retrans, flow.total_retrans);
  store_clamped(info.tcpi_lost, flow.lost);
  store_clamped(info.tcpi_unacked, flow.unacked);
  store_clamped(info.tcpi_sacked, flow.sacked);
  store_clamped(info.tcpi_snd_cwnd, flow.snd_cwnd);
  store_clamped(info.tcpi_reordering, flow.reordering);
  store_clamped(info.tcpi_segs_out, flow.segs_out);
  store_clamped(info.tcpi_segs_in, flow.segs_in);
  store_clamped(info.tcpi_data_segs_out, flow.data_segs_out);
  store_clamped(info.tcpi_data_segs_in, flow.data_segs_in);
  store_clamped(info.tcpi_snd_mss, flow.snd_mss.count);
  store_clamped(info.tcpi_rcv_mss, flow.rcv_mss.count);
  store_clamped(info.tcpi_pmtu, flow.pmtu.count);
  store_clamped(info.tcpi_rtt, us(flow.rtt));
  store_clamped(info.tcpi_min_rtt, us(flow.min_rtt));
  store_clamped(info.tcpi_rcv_rtt, us(flow.rcv_rtt));
  store_clamped(info.tcpi_rcv_space, flow.rcv_space.count);
  store_clamped(info.tcpi_snd_wnd, flow.snd_wnd.count);
  store_clamped(info.tcpi_last_data_sent, ms(flow.last_data_sent));
  store_clamped(info.tcpi_last_data_recv, ms(flow.last_data_recv));
  store_clamped(info.tcpi_last_ack_recv, ms(flow.last_ack_recv));
  store_clamped(info.tcpi_bytes_acked, flow.bytes_acked.count);
  store_clamped(info.tcpi_bytes_received, flow.bytes_received.count);
  store_clamped(info.tcpi_notsent_bytes, flow.notsent.count);
  store_clamped(info.tcpi_busy_time, us(flow.busy));
  store_clamped(info.tcpi_rwnd_limited, us(flow.rwnd_limited));
  store_clamped(info.tcpi_sndbuf_limited, us(flow.sndbuf_limited));
  store_clamped(info.tcpi_delivery_rate, flow.delivery_rate);
  info.tcpi_delivery_rate_app_limited = flow.app_limited ? 1 : 0;
  const auto bytes = std::as_bytes(std::span(&info, 1));
  return {bytes.begin(), bytes.end()};
}

ByteBuffer write_memory(const FlowState& flow, std::uint32_t drops) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  store_clamped(memory[SK_MEMINFO_RMEM_ALLOC], flow.rmem_alloc.count);
  store_clamped(memory[SK_MEMINFO_RCVBUF], flow.rcvbuf.count);
  store_clamped(memory[SK_MEMINFO_WMEM_QUEUED], flow.wmem_queued.count);
  store_clamped(memory[SK_MEMINFO_SNDBUF], flow.sndbuf.count);
  memory[SK_MEMINFO_DROPS] = drops;
  const auto bytes = std::as_bytes(std::span(memory));
  return {bytes.begin(), bytes.end()};
}

}  // namespace weir::wire
