#include "plan/formula/memory.h"

#include <gtest/gtest.h>

#include "unit/plan/formula/any_number.h"

namespace weir::plan::formula::memory_test {

constexpr std::int64_t mebibyte = std::int64_t{1} << 20;
constexpr std::int64_t gibibyte = std::int64_t{1} << 30;
constexpr Bytes small_page{4096};
constexpr Bytes large_page{65536};

/// The values that a kernel with 64 GiB chooses at boot: a sixteenth of 97 % of its pages, three
/// quarters of that, and twice the latter.
constexpr TcpMem boot_choice{{762'837}, {1'017'118}, {1'525'674}};

TEST(TcpMemory, BytesBecomePagesRoundedUp) {
  EXPECT_EQ(compute_pages(Bytes{4097}, small_page), Pages{2});
  EXPECT_EQ(compute_pages(Bytes{4097}, large_page), Pages{1});
  EXPECT_EQ(compute_pages(Bytes{INT64_MAX}, small_page), Pages{std::int64_t{1} << 51});
  EXPECT_EQ(compute_pages(Bytes{8192}, Bytes{0}), Pages{2}) << "no page is smaller than 4096";
}

TEST(TcpMemory, ALoadStaysBelowPressureWithAQuarterToSpare) {
  // 8 GiB of buffers on 64 GiB: 2097152 pages, pressure 2621440, low three quarters, high one and a
  // half times.
  const auto needed =
      compute_tcp_mem_for(Bytes{8 * gibibyte}, Bytes{64 * gibibyte}, small_page, boot_choice);
  EXPECT_EQ(needed, (TcpMem{{1'966'080}, {2'621'440}, {3'932'160}}));
}

TEST(TcpMemory, HighIsAQuarterOfTheMemoryAtMost) {
  const auto needed =
      compute_tcp_mem_for(Bytes{64 * gibibyte}, Bytes{16 * gibibyte}, small_page, {});
  // A quarter of 16 GiB is 1048576 pages; two thirds of that 699050; low 524286, high 1048572.
  EXPECT_EQ(needed, (TcpMem{{524'286}, {699'050}, {1'048'572}}));
  EXPECT_LE(needed.high.count * 4096, 16 * gibibyte / 4);
  EXPECT_EQ(compute_tcp_mem_bound(Bytes{16 * gibibyte}), Bytes{16 * gibibyte / 4 / 3 * 2});
}

TEST(TcpMemory, NothingIsEverLowered) {
  for (const auto load : any_numbers()) {
    for (const auto memory : any_numbers()) {
      const TcpMem needed = compute_tcp_mem_for({load}, {memory}, small_page, boot_choice);
      EXPECT_GE(needed.low, boot_choice.low);
      EXPECT_GE(needed.pressure, boot_choice.pressure);
      EXPECT_GE(needed.high, boot_choice.high);
    }
  }
}

TEST(TcpMemory, MoreLoadNeverNeedsFewerPages) {
  TcpMem before;
  for (const auto load : any_amounts()) {
    const TcpMem needed = compute_tcp_mem_for({load}, Bytes{INT64_MAX}, small_page, {});
    EXPECT_GE(needed.low, before.low);
    EXPECT_LE(needed.low, needed.pressure);
    EXPECT_LE(needed.pressure, needed.high);
    before = needed;
  }
}

TEST(ConnectionMemory, AMillionIdleConnectionsTakeFourGigabytes) {
  EXPECT_EQ(compute_memory(1'000'000, idle_connection), Bytes{4'096'000'000});
  EXPECT_EQ(compute_fitting(Bytes{16 * gibibyte}, idle_connection), 4'194'304);
  EXPECT_EQ(compute_memory(262'144, time_wait_connection), Bytes{64 * mebibyte});
}

TEST(ConnectionMemory, StaysInTheRange) {
  for (const auto count : any_numbers()) {
    for (const auto each : any_numbers()) {
      EXPECT_GE(compute_memory(count, {each}).count, 0);
      EXPECT_GE(compute_fitting({count}, {each}), 0);
      EXPECT_GE(compute_active_buffers({count}, {each}).count, 0);
    }
  }
}

TEST(ConnectionMemory, AnActiveConnectionHoldsTwiceItsFlightOrItsFirstSendBuffer) {
  EXPECT_EQ(compute_active_buffers(Bytes{1250}, Bytes{16384}), Bytes{16384});
  EXPECT_EQ(compute_active_buffers(Bytes{62'500}, Bytes{16384}), Bytes{125'000});
}

}  // namespace weir::plan::formula::memory_test
