// Host: facts of the machine, and the times of its CPUs. Not its settings: those are sysctls.
#pragma once

#include <cstdint>
#include <optional>

#include "base/units.h"

namespace weir {

/// Facts of the machine that formulas need; 0 or empty if they could not be read.
struct Host {
  std::int64_t cpus = 0;
  Bytes memory;  ///< MemTotal
  Bytes page_size{4096};
  /// nr_free_buffer_pages(): managed minus high watermark, zones DMA to Normal (mm/page_alloc.c)
  Pages buffer_pages;
  std::int64_t ticks_per_second = 100;  ///< USER_HZ
  std::int64_t ehash_entries = 0;       ///< net.ipv4.tcp_ehash_entries, its absolute value
  ClockTicks cpu_busy;                  ///< /proc/stat: all CPUs together, without idle and iowait
  ClockTicks cpu_total;
  friend bool operator==(const Host&, const Host&) = default;
};

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

}  // namespace weir
