// Events of the SYN queues of a RecordingBuilder's listeners: half-open requests by sample, the
// cookies, the drops. Not listeners: make those with the builder first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "support/recording_builder.h"

namespace weir::test {

/// SYNs and answers inside the window.
struct SynTraffic {
  std::int64_t completed = 0;
  std::int64_t cookies = 0;  ///< SYNs that met a full queue and were answered by a cookie
  std::int64_t answered = 0;
  std::int64_t full_drops = 0;
  std::int64_t listen_drops = 0;
};

inline RecordingBuilder& syn_traffic(RecordingBuilder& builder, const SynTraffic& traffic) {
  builder.counter("Tcp.PassiveOpens", 9000, traffic.completed)
      .counter("TcpExt.TCPReqQFullDoCookies", 0, traffic.cookies);
  builder.counter("TcpExt.SyncookiesSent", 0, traffic.cookies)
      .counter("TcpExt.SyncookiesRecv", 0, traffic.answered);
  return builder.counter("TcpExt.TCPReqQFullDrop", 0, traffic.full_drops)
      .counter("TcpExt.ListenDrops", 0, traffic.listen_drops);
}

inline RecordingBuilder& cookies(RecordingBuilder& builder, int mode,
                                 const std::string& max_syn_backlog = "512") {
  return builder.sysctl("net.ipv4.tcp_syncookies", std::to_string(mode))
      .sysctl("net.ipv4.tcp_max_syn_backlog", max_syn_backlog);
}

/// The requests, at both ends, of the listener with this socket cookie, and its Series unless
/// `sampled` is false.
inline RecordingBuilder& requests(RecordingBuilder& builder, std::uint64_t cookie,
                                  const QueueCurve& half_open, const QueueCurve& stale,
                                  bool sampled = true) {
  Recording& recording = builder.raw();
  const auto set = [&](Snapshot& snapshot, std::int64_t sample) {
    for (auto& listener : snapshot.sockets.listeners) {
      if (listener.cookie != cookie) continue;
      listener.half_open = half_open(sample);
      listener.half_open_stale = stale(sample);
    }
  };
  set(recording.first, 0);
  set(*recording.last, window_samples);
  if (!sampled) return builder;
  Series all{ListenerMetric{cookie, Metric::half_open}, {}, {}};
  Series old{ListenerMetric{cookie, Metric::half_open_stale}, {}, {}};
  for (std::int64_t i = 0; i < window_samples; ++i) {
    const std::int64_t time = i * nanoseconds_per_second / samples_per_second;
    all.times.push_back(time);
    old.times.push_back(time);
    all.values.push_back(half_open(i));
    old.values.push_back(stale(i));
  }
  recording.series.push_back(std::move(all));
  recording.series.push_back(std::move(old));
  return builder;
}

inline QueueCurve level(std::int64_t value) {
  return [value](std::int64_t) { return value; };
}

/// Forged SYNs that arrive at a constant rate from sample `from` on, up to the queue's limit.
inline QueueCurve flood_of(std::int64_t per_second, std::int64_t from, std::int64_t limit) {
  return [=](std::int64_t sample) {
    return std::clamp<std::int64_t>((sample - from) * per_second / samples_per_second, 0, limit);
  };
}

/// The requests of flood_of() that are older than a second.
inline QueueCurve old_of(std::int64_t per_second, std::int64_t from, std::int64_t limit) {
  return flood_of(per_second, from + samples_per_second, limit);
}

/// A crowd from sample `from` on, whose handshakes take `samples` samples.
inline QueueCurve crowd_of(std::int64_t clients, std::int64_t from, std::int64_t samples) {
  return
      [=](std::int64_t sample) { return sample >= from && sample < from + samples ? clients : 0; };
}

}  // namespace weir::test
