#include "kernel/wire/host.h"

#include <array>

#include <gtest/gtest.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::host_test {

TEST(Host, MemoryIsInBytes) {
  EXPECT_EQ(parse_memory_total("MemTotal:       24684096 kB\nMemFree: 1 kB\n"),
            Bytes{24684096LL * 1024});
  EXPECT_FALSE(parse_memory_total("MemFree: 1 kB\n"));
}

TEST(Host, BufferPagesAreManagedAboveTheHighWatermarkWithoutMovableAndHighMem) {
  constexpr std::string_view zoneinfo =
      "Node 0, zone      DMA\n  per-node stats\n  pages free     3840\n        high     55\n        managed  3840\n"
      "  pagesets\n    cpu: 0\n              count: 0\n              high:  900\n"
      "Node 0, zone   Normal\n  pages free     9\n        high     1000\n        managed  500000\n"
      "Node 0, zone  Movable\n  pages free     9\n        high     1\n        managed  70000\n"
      "Node 1, zone   Normal\n  pages free     9\n        high     2000\n        managed  1500\n";
  EXPECT_EQ(parse_buffer_pages(zoneinfo), Pages{3840 - 55 + 500000 - 1000});
  EXPECT_FALSE(parse_buffer_pages("Node 0, zone Movable\n managed 5\n"));
}

TEST(Host, CpuTimesLeaveIdleAndIowaitOutOfBusyAndCountTheCpus) {
  const auto times = parse_cpu_times(
      "cpu  100 10 50 1000 40 5 6 7 30 0\ncpu0 1 1 1 1\ncpu1 1 1 1 1\nintr 5\ncpu9 1\n");
  ASSERT_TRUE(times);
  EXPECT_EQ(times->cpus, 2);
  EXPECT_EQ(times->busy, ClockTicks{178});
  EXPECT_EQ(times->total, ClockTicks{1218});
  EXPECT_FALSE(parse_cpu_times("intr 5\n"));
}

TEST(Host, EachCpuHasItsOwnTicks) {
  const auto cpus = parse_cpu_ticks(
      "cpu  100 10 50 1000 40 5 6 7 30 0\ncpu0 1 2 3 40 5 6 7 8 0 0\ncpu3 0 0 0 9 0 0 1 0 0 0\nintr 5\ncpu9 1\n");
  ASSERT_EQ(cpus.size(), 2U);
  EXPECT_EQ(cpus[0].cpu, 0);
  EXPECT_EQ(cpus[0].softirq, ClockTicks{7});
  EXPECT_EQ(cpus[0].idle, ClockTicks{45});
  EXPECT_EQ(cpus[0].total, ClockTicks{72});
  EXPECT_EQ(cpus[1].cpu, 3);
  EXPECT_EQ(cpus[1].total, ClockTicks{10});
  EXPECT_TRUE(parse_cpu_ticks("cpu\ncpux 1\ncpu-1 1\n").empty());
}

TEST(Host, TheAuxiliaryVectorHoldsPageSizeAndTicks) {
  const std::array<unsigned long, 8> vector{17, 100, 6, 16384, 9, 4096, 0, 0};
  const auto units = parse_auxv({reinterpret_cast<const char*>(vector.data()), sizeof(vector)});
  EXPECT_EQ(units.page_size, Bytes{16384});
  EXPECT_EQ(units.ticks_per_second, 100);
  EXPECT_FALSE(parse_auxv({reinterpret_cast<const char*>(vector.data()), 15}).page_size);
}

TEST(Host, FileNrHasTheAllocatedAndTheMostFiles) {
  const auto table = parse_file_table("592\t0\t9223372036854775807\n");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->allocated, 592);
  EXPECT_EQ(table->max, INT64_MAX);
  EXPECT_FALSE(parse_file_table("592\n"));
}

TEST(CpuMask, EqualMasksHaveOneText) {
  EXPECT_EQ(normalize_cpu_mask("00000000,0000000f\n"), "f");
  EXPECT_EQ(normalize_cpu_mask("1,0000000F"), "10000000f");
  EXPECT_EQ(normalize_cpu_mask("1,f"), "10000000f");
  EXPECT_EQ(normalize_cpu_mask("0"), "0");
  EXPECT_EQ(normalize_cpu_mask("00000000"), "0");
  for (const char* text : {"", ",", "f,", "g", "123456789,0"})
    EXPECT_EQ(normalize_cpu_mask(text), std::nullopt) << text;
  EXPECT_EQ(group_cpu_mask("f"), "f");
  EXPECT_EQ(group_cpu_mask("10000000f"), "1,0000000f");
}

}  // namespace weir::wire::host_test
