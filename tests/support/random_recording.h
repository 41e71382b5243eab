// random_recording(): Recordings with every field filled and every kind of odd text, the same for the same seed.
// Not plausible hosts: only the codec's contract holds for them.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "model/recording.h"

namespace weir::test {

class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : engine_(seed) {}

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  std::int64_t integer() {
    constexpr std::int64_t edges[] = {0, 1, -1, INT64_MAX, INT64_MIN, 4096, std::int64_t{1} << 53U};
    return below(3) == 0 ? edges[below(std::size(edges))] : static_cast<std::int64_t>(engine_());
  }
  std::uint64_t large() { return below(4) == 0 ? UINT64_MAX : engine_(); }
  std::int64_t instant() { return static_cast<std::int64_t>(engine_() >> 2U); }
  bool coin() { return below(2) == 0; }
  std::optional<std::int64_t> maybe() { return coin() ? std::optional(integer()) : std::nullopt; }

  /// Bytes as a process may choose its name from: any at all.
  std::string text() {
    constexpr const char* odd[] = {"", "nginx: ü", "a\\x41", "\"quoted\"", "two\nlines", "\xff\xfe", "\xe2\x82", "\x1b[31m", "tab\tbed", "\\"};
    if (below(2) == 0) return odd[below(std::size(odd))];
    std::string bytes(below(12), '\0');
    for (auto& byte : bytes) byte = static_cast<char>(below(256));
    return bytes;
  }

  template <class T, class Make>
  std::vector<T> some(Make make) {
    std::vector<T> values;
    for (std::size_t n = below(4); n > 0; --n) values.push_back(make());
    return values;
  }
  std::map<std::string, std::int64_t> numbers() {
    std::map<std::string, std::int64_t> values;
    for (std::size_t n = below(4); n > 0; --n) values[text()] = integer();
    return values;
  }
  std::map<std::string, std::string> texts() {
    std::map<std::string, std::string> values;
    for (std::size_t n = below(4); n > 0; --n) values[text()] = text();
    return values;
  }

 private:
  std::mt19937_64 engine_;
};

inline Owner random_owner(RandomValues& r) { return {.pid = r.integer(), .fd = r.integer()}; }

inline Listener random_listener(RandomValues& r) {
  return {.family = r.coin() ? Family::ipv4 : Family::ipv6,
          .address = r.text(),
          .port = r.integer(),
          .interface = r.integer(),
          .cookie = r.large(),
          .inode = r.integer(),
          .uid = r.integer(),
          .queue = r.integer(),
          .backlog = r.integer(),
          .drops = r.maybe(),
          .half_open = r.maybe(),
          .v6only = r.coin() ? std::optional(r.coin()) : std::nullopt,
          .owners = r.some<Owner>([&] { return random_owner(r); })};
}

inline Process random_process(RandomValues& r) {
  Process process;
  process.pid = r.integer();
  process.parent = r.integer();
  process.start_time = r.integer();
  process.command = r.text();
  process.cgroup = r.text();
  process.cpu = {r.integer()};
  process.files = r.maybe();
  process.file_limit = r.maybe();
  process.file_limit_hard = r.maybe();
  process.threads = r.some<Thread>([&] { return Thread{r.integer(), static_cast<char>(r.below(256)), {r.integer()}, r.text()}; });
  if (r.coin()) process.throttling = CpuThrottling{r.integer(), r.integer(), {r.integer()}};
  return process;
}

inline Link random_link(RandomValues& r) {
  Link link;
  link.index = r.integer();
  link.name = r.text();
  link.kind = r.text();
  link.up = r.coin();
  link.carrier = r.coin();
  link.loopback = r.coin();
  link.mtu = r.integer();
  link.speed_mbit = r.maybe();
  for (auto* counter : {&link.rx_bytes, &link.tx_bytes, &link.rx_packets, &link.tx_packets, &link.rx_errors, &link.tx_errors, &link.rx_dropped,
                        &link.tx_dropped, &link.rx_missed_errors}) {
    *counter = r.integer();
  }
  return link;
}

inline Snapshot random_snapshot(RandomValues& r) {
  Snapshot snapshot;
  snapshot.provenance = {r.text(), r.text(), r.text(), r.text(), r.large(), r.coin(), {r.instant()}, {r.instant()}, r.integer(), r.text(), r.large()};
  snapshot.host = {r.integer(), {r.integer()}, {4096}, {r.integer()}, 100, r.integer(), {r.integer()}, {r.integer()}};
  snapshot.sysctls = r.texts();
  snapshot.counters = r.numbers();
  snapshot.sockstat = r.numbers();
  snapshot.states = r.numbers();
  snapshot.tables = r.numbers();
  snapshot.softnet = r.some<SoftnetCpu>([&] { return SoftnetCpu{r.integer(), r.integer(), r.integer(), r.integer()}; });
  snapshot.links = r.some<Link>([&] { return random_link(r); });
  snapshot.listeners = r.some<Listener>([&] { return random_listener(r); });
  snapshot.processes = r.some<Process>([&] { return random_process(r); });
  snapshot.configuration = r.some<ConfigLine>([&] { return ConfigLine{r.text(), r.integer(), r.text(), r.text(), r.coin()}; });
  snapshot.not_seen = r.some<NotSeen>([&] { return NotSeen{r.text(), r.text(), r.some<std::string>([&] { return r.text(); })}; });
  return snapshot;
}

inline Recording random_recording(std::uint64_t seed) {
  RandomValues r(seed);
  Recording recording;
  recording.first = random_snapshot(r);
  if (r.coin()) {
    recording.last = random_snapshot(r);
    recording.last->provenance.boot_id = recording.first.provenance.boot_id;
    recording.last->provenance.netns = recording.first.provenance.netns;
    recording.last->provenance.boot_time = recording.first.provenance.boot_time + seconds(3);
  }
  recording.series = r.some<Series>([&] {
    Series series{r.text(), r.text(), {}, {}};
    for (std::int64_t i = 0; i < 5; ++i) {
      series.times.push_back(i * 50 * nanoseconds_per_millisecond);
      series.values.push_back(r.integer());
    }
    return series;
  });
  recording.samples = r.integer();
  recording.events = r.some<Event>([&] { return Event{r.instant(), r.text(), r.texts()}; });
  recording.histograms = r.some<Histogram>([&] { return Histogram{r.text(), {1, 2}, {r.integer(), r.integer(), r.integer()}}; });
  recording.flow_samples = r.some<FlowSample>([&] { return FlowSample{r.integer(), r.integer(), r.text()}; });
  recording.bounds = r.some<Bound>([&] { return Bound{r.text(), r.integer(), r.integer()}; });
  return recording;
}

}  // namespace weir::test
