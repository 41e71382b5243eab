// A Recording with every field filled: a web server whose accept queue overflowed once. No test
// judges it: it is the golden file of the format.
#pragma once

#include "model/recording.h"

namespace weir::test {

inline Snapshot sample_snapshot(Nanoseconds passed) {
  Snapshot snapshot;
  snapshot.provenance = {.hostname = "web1",
                         .kernel = "6.1.0-18-amd64",
                         .place = {.machine_id = "0123456789abcdef0123456789abcdef",
                                   .boot_id = "5f1e2a60-3b43-4f7e-9d35-6f4b1f1f8a11",
                                   .netns = 4026531840},
                         .initial_netns = true,
                         .boot_time = seconds(7200) + passed,
                         .wall_time = Nanoseconds{1'709'251'199'123'456'789} + passed,
                         .uid = 0,
                         .weir_version = "0.1.0"};
  snapshot.host = {.cpus = 8,
                   .memory = {67'108'864'000},
                   .page_size = {4096},
                   .buffer_pages = {15'000'000},
                   .ticks_per_second = 100,
                   .ehash_entries = 524'288,
                   .cpu_busy = {1000 + passed.count / 20'000'000},
                   .cpu_total = {8000 + passed.count / 1'250'000}};
  snapshot.settings.sysctls = {{"net.core.somaxconn", "4096"},
                               {"net.ipv4.tcp_rmem", "4096 131072 6291456"}};
  snapshot.counters.snmp = {{"TcpExt.ListenOverflows", passed.count > 0 ? 312 : 0},
                            {"Tcp.MaxConn", -1}};
  snapshot.counters.sockstat = {{"TCP.mem", 42}, {"TCP.tw", 17}};
  snapshot.sockets.states = {{"SYN_RECV", 3}};
  snapshot.counters.tables = {{"files.max", 9'223'372'036'854'775'807}};
  snapshot.counters.softnet = {{.cpu = 0, .processed = 1000, .dropped = 1, .time_squeeze = 2}};
  snapshot.network.links = {{.index = 2,
                             .name = "eth0",
                             .kind = "",
                             .up = true,
                             .carrier = true,
                             .loopback = false,
                             .mtu = 1500,
                             .speed_mbit = 1000,
                             .rx_bytes = 1,
                             .tx_bytes = 2,
                             .rx_packets = 3,
                             .tx_packets = 4,
                             .rx_errors = 5,
                             .tx_errors = 6,
                             .rx_dropped = 7,
                             .tx_dropped = 8,
                             .rx_missed_errors = 9}};
  snapshot.sockets.listeners = {{.family = Family::ipv4,
                                 .address = "0.0.0.0",
                                 .port = 80,
                                 .interface = 0,
                                 .cookie = 77,
                                 .inode = 1234,
                                 .uid = 33,
                                 .queue = 3,
                                 .backlog = 511,
                                 .drops = passed.count > 0 ? 312 : 0,
                                 .half_open = 2,
                                 .v6only = false,
                                 .owners = {{.pid = 812, .fd = 6}}}};
  snapshot.processes = {
      {.pid = 812,
       .parent = 1,
       .start_time = 12345,
       .command = "ngin\xff\\x",
       .cgroup = "/system.slice/nginx.service",
       .cpu = {250},
       .files = 431,
       .file_limit = 1024,
       .file_limit_hard = 524'288,
       .threads = {{.tid = 812, .state = 'S', .cpu = {250}, .wait = "ep_poll"}},
       .throttling = CpuThrottling{
           .periods = 10, .throttled_periods = 1, .throttled_time = milliseconds(5)}}};
  snapshot.settings.configuration = {{.file = "/etc/sysctl.conf",
                                      .line = 3,
                                      .key = "net.core.somaxconn",
                                      .value = "4096",
                                      .ignore_error = true}};
  // As it was written before entries had a subject.
  snapshot.not_seen = {{.subject = std::nullopt,
                        .what = "owners of 3 sockets",
                        .why = "needs CAP_SYS_PTRACE",
                        .hides = {"accept-queue.slow-application"}}};
  return snapshot;
}

inline Recording sample_recording() {
  Recording recording;
  recording.first = sample_snapshot({0});
  recording.last = sample_snapshot(seconds(3));
  recording.series = {{.of = ListenerMetric{.listener = 77, .metric = Metric::accept_queue},
                       .times = {0, 50'000'000, 100'000'000},
                       .values = {0, 512, 3}}};
  recording.samples = 60;
  recording.events = {
      {.time = 100'000'000, .what = ListenerOpened{.listener = std::nullopt, .name = "[::]:443"}}};
  recording.histograms = {{.name = "srtt_us", .edges = {1000, 10'000}, .counts = {5, 6, 7}}};
  recording.flow_samples = {{.seen = 100, .total = 100'000, .chosen = "every 1000th"}};
  recording.bounds = {{.collection = "series", .limit = 512, .dropped = 0}};
  return recording;
}

}  // namespace weir::test
