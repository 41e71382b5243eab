// Links, qdiscs, CPUs and tables of a window, for the tests of the rules link, neighbour and host.
// Not a host: it holds only the parts that a test names.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "support/recording_builder.h"

namespace weir::test {

/// A network card of 1000 Mbit/s, up, with a carrier and an address.
inline Link card(const std::string& name = "eth0", std::int64_t index = 2) {
  Link link;
  link.index = index;
  link.name = name;
  link.up = true;
  link.carrier = true;
  link.mtu = 1500;
  link.speed_mbit = 1000;
  link.addressed = true;
  link.routed = true;
  link.carrier_changes = 2;
  link.rx_packets = 1'000'000;
  link.tx_packets = 1'000'000;
  link.rx_bytes = 1'000'000'000;
  link.tx_bytes = 1'000'000'000;
  return link;
}

inline Link virtual_link(const std::string& kind, const std::string& name, std::int64_t index = 7) {
  Link link = card(name, index);
  link.kind = kind;
  link.speed_mbit.reset();
  return link;
}

/// The link at both ends; `change` makes its end.
inline void add_link(RecordingBuilder& builder, Link link,
                     const std::function<void(Link&)>& change = nullptr) {
  builder.raw().first.network.links.push_back(link);
  if (change) change(link);
  builder.raw().last->network.links.push_back(std::move(link));
}

/// Bytes and packets of full-size frames, received or sent inside the window, as a share of 1000
/// Mbit/s of the cable.
inline void carry(Link& link, bool received, double share) {
  constexpr double cable_bytes = 125e6 * window_seconds;
  constexpr std::int64_t frame = 1514;
  constexpr double frame_on_cable = frame + 24;
  const auto frames = static_cast<std::int64_t>(share * cable_bytes / frame_on_cable);
  (received ? link.rx_packets : link.tx_packets) += frames;
  (received ? link.rx_bytes : link.tx_bytes) += frames * frame;
}

inline Qdisc root_qdisc(const std::string& kind, std::int64_t link = 2) {
  Qdisc qdisc;
  qdisc.link = link;
  qdisc.kind = kind;
  qdisc.root = true;
  return qdisc;
}

inline void add_qdisc(RecordingBuilder& builder, Qdisc qdisc,
                      const std::function<void(Qdisc&)>& change) {
  builder.raw().first.network.qdiscs.push_back(qdisc);
  change(qdisc);
  builder.raw().last->network.qdiscs.push_back(std::move(qdisc));
}

/// One CPU inside the window: its work, and the shares of its time.
struct CpuSpec {
  std::int64_t processed = 0, dropped = 0, squeezed = 0;
  double softirq = 0.01, idle = 0.9;
};

inline void add_cpu(RecordingBuilder& builder, const CpuSpec& spec) {
  constexpr std::int64_t ticks = window_seconds * 100;
  SoftnetCpu cpu;
  cpu.cpu = static_cast<std::int64_t>(builder.raw().first.counters.softnet.size());
  cpu.processed = 1'000'000;
  builder.raw().first.counters.softnet.push_back(cpu);
  cpu.processed += spec.processed;
  cpu.dropped = spec.dropped;
  cpu.time_squeeze = spec.squeezed;
  cpu.total = {ticks};
  cpu.softirq = {static_cast<std::int64_t>(spec.softirq * ticks)};
  cpu.idle = {static_cast<std::int64_t>(spec.idle * ticks)};
  builder.raw().last->counters.softnet.push_back(cpu);
}

inline void add_table(RecordingBuilder& builder, const std::string& name, std::int64_t before,
                      std::int64_t inside) {
  builder.raw().first.counters.tables[name] = before;
  builder.raw().last->counters.tables[name] = before + inside;
}

}  // namespace weir::test
