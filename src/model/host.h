// Host: facts of the machine, and the times of its CPUs. Not its settings: those are sysctls.
#pragma once

#include <cstdint>

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

}  // namespace weir
