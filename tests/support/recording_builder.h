// RecordingBuilder: windows for tests, built from events of a listener and its owners. Not a
// recorder: it reads nothing; the test chooses the numbers.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/knowledge.h"
#include "codec/catalog_toml.h"
#include "model/recording.h"

namespace weir::test {

inline constexpr std::int64_t window_seconds = 3;
inline constexpr std::int64_t samples_per_second = 20;
inline constexpr std::int64_t window_samples = window_seconds * samples_per_second;

/// The catalog that is compiled into weir.
inline Catalog real_catalog() {
  auto catalog = codec::parse_catalog(knowledge::parameters_toml(), knowledge::findings_toml(),
                                      knowledge::servers_toml());
  return catalog.ok() ? *std::move(catalog) : Catalog{};
}

/// A queue's length as a function of the sample's number.
using QueueCurve = std::function<std::int64_t(std::int64_t)>;

struct ListenerSpec {
  std::string address = "0.0.0.0";
  std::int64_t port = 80;
  std::uint64_t cookie = 77;
  std::int64_t backlog = 511;
  std::int64_t drops_before = 0;
  std::int64_t drops_inside = 0;
  std::vector<std::int64_t> pids{812};
  Family family = Family::ipv4;
};

class RecordingBuilder {
 public:
  RecordingBuilder() {
    Snapshot& first = recording_.first;
    first.provenance = {"web1", "6.1.0-18-amd64", {"machine", "boot-a", 4026531840},
                        true,   seconds(1000),    seconds(1'700'000'000),
                        0,      "0.1.0"};
    first.host.cpus = 4;
    first.host.ticks_per_second = 100;
    first.settings.sysctls["net.core.somaxconn"] = "4096";
    first.settings.sysctls["net.ipv4.tcp_abort_on_overflow"] = "0";
    first.counters.snmp["TcpExt.ListenOverflows"] = 0;
    first.counters.snmp["TcpExt.ListenDrops"] = 0;
    recording_.last = first;
    recording_.last->provenance.boot_time = seconds(1000 + window_seconds);
    recording_.last->provenance.wall_time = seconds(1'700'000'000 + window_seconds);
    recording_.last->host.cpu_total = {window_seconds * 4 * 100};
    recording_.last->host.cpu_busy = {window_seconds * 40};
    recording_.samples = window_samples;
  }

  RecordingBuilder& sysctl(const std::string& name, const std::string& value) {
    recording_.first.settings.sysctls[name] = value;
    recording_.last->settings.sysctls[name] = value;
    return *this;
  }

  RecordingBuilder& counter(const std::string& name, std::int64_t before, std::int64_t inside) {
    recording_.first.counters.snmp[name] = before;
    recording_.last->counters.snmp[name] = before + inside;
    return *this;
  }

  RecordingBuilder& overflows(std::int64_t before, std::int64_t inside) {
    return counter("TcpExt.ListenOverflows", before, inside);
  }

  /// A listener at both ends of the window; without a curve its queue is empty in every sample.
  RecordingBuilder& listener(const ListenerSpec& spec, const QueueCurve& curve = nullptr) {
    Listener one = make_listener(spec);
    one.drops = spec.drops_before;
    if (curve) one.queue = curve(0);
    recording_.first.sockets.listeners.push_back(one);
    return add_to_end(spec, one, curve);
  }

  /// A listener that was opened inside the window.
  RecordingBuilder& opened_listener(const ListenerSpec& spec, const QueueCurve& curve = nullptr) {
    Listener one = make_listener(spec);
    one.drops = 0;
    return add_to_end(spec, one, curve);
  }

  /// A single-threaded process that uses `cpu_share` of a CPU and has this state and wait channel
  /// at the window's end.
  RecordingBuilder& process(std::int64_t pid, const std::string& command, double cpu_share,
                            char state, const std::string& wait) {
    Process one;
    one.pid = pid;
    one.parent = 1;
    one.start_time = 5000 + pid;
    one.command = command;
    one.cgroup = "/system.slice/" + command + ".service";
    one.files = 20;
    one.file_limit = 1024;
    one.file_limit_hard = 524288;
    one.threads.push_back({pid, 'S', {0}, ""});
    recording_.first.processes.push_back(one);
    const ClockTicks used{
        static_cast<std::int64_t>(cpu_share * 100 * static_cast<double>(window_seconds))};
    one.cpu = used;
    one.threads.front() = {pid, state, used, wait};
    recording_.last->processes.push_back(one);
    return *this;
  }

  RecordingBuilder& files(std::int64_t pid, std::int64_t open, std::int64_t limit) {
    return change_process(pid, [&](Process& process, bool) {
      process.files = open;
      process.file_limit = limit;
    });
  }

  RecordingBuilder& parent(std::int64_t pid, std::int64_t of) {
    return change_process(pid, [&](Process& process, bool) { process.parent = of; });
  }

  RecordingBuilder& throttling(std::int64_t pid, std::int64_t periods, std::int64_t throttled,
                               Nanoseconds time) {
    return change_process(pid, [&](Process& process, bool is_end) {
      process.throttling = is_end ? CpuThrottling{periods, throttled, time} : CpuThrottling{};
    });
  }

  /// The samples looked at the owner `times` times inside the window.
  RecordingBuilder& owner_state(std::int64_t pid, char state, const std::string& wait,
                                std::int64_t times) {
    for (std::int64_t i = 0; i < times; ++i) {
      OwnerState look;
      look.pid = pid;
      look.tid = pid;
      look.state = state;
      look.wait = wait;
      recording_.events.push_back({sample_time(i), look});
    }
    return *this;
  }

  Recording& raw() { return recording_; }
  [[nodiscard]] Recording build() const { return recording_; }
  [[nodiscard]] Recording build_without_window() const {
    Recording lone;
    lone.first = *recording_.last;
    return lone;
  }

 private:
  static std::int64_t sample_time(std::int64_t sample) {
    return sample * nanoseconds_per_second / samples_per_second;
  }

  static Listener make_listener(const ListenerSpec& spec) {
    Listener one;
    one.family = spec.family;
    one.address = spec.address;
    one.port = spec.port;
    one.cookie = spec.cookie;
    one.inode = static_cast<std::int64_t>(spec.cookie) + 1000;
    one.backlog = spec.backlog;
    one.half_open = 0;
    for (const std::int64_t pid : spec.pids) one.owners.push_back({pid, 6});
    return one;
  }

  RecordingBuilder& add_to_end(const ListenerSpec& spec, Listener one, const QueueCurve& curve) {
    one.drops = spec.drops_before + spec.drops_inside;
    if (curve) {
      one.queue = curve(window_samples - 1);
      Series series;
      series.of = ListenerMetric{one.cookie, Metric::accept_queue};
      for (std::int64_t i = 0; i < window_samples; ++i) {
        series.times.push_back(sample_time(i));
        series.values.push_back(curve(i));
      }
      recording_.series.push_back(std::move(series));
    }
    recording_.last->sockets.listeners.push_back(one);
    return *this;
  }

  RecordingBuilder& change_process(std::int64_t pid,
                                   const std::function<void(Process&, bool)>& change) {
    for (auto& process : recording_.first.processes) {
      if (process.pid == pid) change(process, false);
    }
    for (auto& process : recording_.last->processes) {
      if (process.pid == pid) change(process, true);
    }
    return *this;
  }

  Recording recording_;
};

/// Full in every sample, alternately one above the backlog and at the backlog, like the queue of an
/// owner that takes one connection at a time.
inline QueueCurve always_full(std::int64_t backlog) {
  return [backlog](std::int64_t sample) { return backlog + sample % 2; };
}
/// Full in one sample of `every`, else empty.
inline QueueCurve bursts(std::int64_t peak, std::int64_t every) {
  return [peak, every](std::int64_t sample) { return sample % every == 1 ? peak : 0; };
}

}  // namespace weir::test
