// Machines for tests of sizings: a machine with the values that 6.18 chooses on 16 GiB, and a
// Snapshot of such a host. Not recorded machines.
#pragma once

#include "base/units.h"
#include "model/sizing.h"

namespace weir::test {

inline constexpr std::int64_t gibibyte = std::int64_t{1} << 30;

/// 16 GiB, 8 CPUs, Linux 6.18, 10 Gbit/s; a server with a limit of 20,000 files.
inline SizingHost sizing_host() {
  SizingHost host;
  host.name = "web1";
  host.kernel_text = "6.18.1";
  host.kernel = {6, 18, 1};
  host.memory = Bytes{16 * gibibyte};
  host.cpus = 8;
  host.link = "eth0";
  host.link_speed = BitsPerSecond{10'000'000'000};
  host.server = "nginx (812)";
  host.file_limit = 20'000;
  host.open_files = 2000;
  host.sysctls = {{"fs.file-max", "9223372036854775807"},
                  {"fs.nr_open", "1048576"},
                  {"net.core.somaxconn", "4096"},
                  {"net.ipv4.ip_local_port_range", "32768 60999"},
                  {"net.ipv4.tcp_congestion_control", "cubic"},
                  {"net.ipv4.tcp_fin_timeout", "60"},
                  {"net.ipv4.tcp_max_orphans", "65536"},
                  {"net.ipv4.tcp_max_tw_buckets", "65536"},
                  {"net.ipv4.tcp_mem", "190713 254285 381426"},
                  {"net.ipv4.tcp_rmem", "4096 131072 33554432"},
                  {"net.ipv4.tcp_synack_retries", "5"},
                  {"net.ipv4.tcp_timestamps", "1"},
                  {"net.ipv4.tcp_tw_reuse", "2"},
                  {"net.ipv4.tcp_wmem", "4096 16384 4194304"}};
  return host;
}

/// A million connections, 95 % of them idle, 50,000 new ones a second, 10 Gbit/s over 50 ms.
inline SizingGoal million() {
  SizingGoal goal;
  goal.connections = 1'000'000;
  goal.rate = {50'000};
  goal.round_trip = milliseconds(50);
  goal.bandwidth = {9'000'000'000};
  return goal;
}

/// A load that any host carries.
inline SizingGoal small_goal() {
  SizingGoal goal;
  goal.connections = 1000;
  goal.rate = {100};
  goal.round_trip = milliseconds(20);
  goal.bandwidth = {100'000'000};
  return goal;
}

}  // namespace weir::test
