// Counters: what the kernel counts for a network namespace as a whole, or for each CPU.
// Not the counters of a socket (listener.h) or of an interface (link.h), and not rates.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"

namespace weir {

/// One line of /proc/net/softnet_stat.
struct SoftnetCpu {
  std::int64_t cpu = 0;
  std::int64_t processed = 0, dropped = 0, time_squeeze = 0;
  std::int64_t received_rps = 0, flow_limit = 0;
  /// input_qlen + process_qlen (Linux 5.10)
  std::optional<std::int64_t> queue_length = std::nullopt;
  /// of this CPU, from /proc/stat; idle with iowait
  ClockTicks softirq = {}, idle = {}, total = {};
  friend bool operator==(const SoftnetCpu&, const SoftnetCpu&) = default;
};

struct Counters {
  /// /proc/net/snmp, snmp6 and netstat: "TcpExt.ListenOverflows", "Tcp.RetransSegs",
  /// "Ip6.InReceives"
  std::map<std::string, std::int64_t> snmp;
  std::map<std::string, std::int64_t> sockstat;  ///< "TCP.tw", "TCP.mem", "TCP6.inuse"
  /// "neighbour.ipv4.entries", "neighbour.ipv4.table_fulls", "files.allocated", "files.max", …
  std::map<std::string, std::int64_t> tables;
  std::vector<SoftnetCpu> softnet;
  friend bool operator==(const Counters&, const Counters&) = default;
};

}  // namespace weir
