// Facts of the machine: /proc/meminfo, /proc/zoneinfo, /proc/stat, a process's auxv,
// /proc/sys/fs/file-nr, and the masks that name its CPUs in sysfs (lib/bitmap.c). Not a formula:
// what follows from them is in judge and plan. Not lists of CPUs such as "0-3,8".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"

namespace weir::wire {

[[nodiscard]] std::optional<Bytes> parse_memory_total(std::string_view meminfo);

/// nr_free_buffer_pages(): over the zones DMA, DMA32 and Normal of all nodes, managed pages above
/// the high watermark (mm/page_alloc.c, 6.18).
[[nodiscard]] std::optional<Pages> parse_buffer_pages(std::string_view zoneinfo);

struct CpuTimes {
  std::int64_t cpus = 0;
  ClockTicks busy;  ///< everything except idle and iowait; user time already includes guest time
  ClockTicks total;
};
[[nodiscard]] std::optional<CpuTimes> parse_cpu_times(std::string_view stat);

/// One line "cpuN" of /proc/stat.
struct CpuTicks {
  std::int64_t cpu = 0;
  ClockTicks softirq;
  ClockTicks idle;  ///< with iowait
  ClockTicks total;
};
/// The online CPUs in the file's order, which is the order of their numbers.
[[nodiscard]] std::vector<CpuTicks> parse_cpu_ticks(std::string_view stat);

/// From the auxiliary vector of a process of this machine's word size.
struct MachineUnits {
  std::optional<Bytes> page_size;                ///< AT_PAGESZ
  std::optional<std::int64_t> ticks_per_second;  ///< AT_CLKTCK
};
[[nodiscard]] MachineUnits parse_auxv(std::string_view bytes);

struct FileTable {
  std::int64_t allocated = 0;
  std::int64_t max = 0;
};
[[nodiscard]] std::optional<FileTable> parse_file_table(std::string_view file_nr);

/// A mask as the kernel prints it ("00000000,0000000f") in its shortest form: "f". Nothing if the
/// text is not a mask.
[[nodiscard]] std::optional<std::string> normalize_cpu_mask(std::string_view text);
/// The same in groups of 32 bits, which bitmap_parse() requires: "1,00000000".
[[nodiscard]] std::string group_cpu_mask(const std::string& mask);

}  // namespace weir::wire
