#include "kernel/wire/diag_filter.h"

#include <gtest/gtest.h>

#include "kernel/wire/sock_diag.h"
#include "unit/kernel/wire/bytes.h"

namespace weir::wire::diag_filter_test {

TEST(PortFilter, ShowsTheRangeWithoutItsExceptions) {
  const auto program =
      build_port_filter({{32768, 60999}, {{33000, 33000}, {40000, 40001}, {50000, 59000}}});
  for (int port = 0; port < 65536; ++port) {
    const bool is_left_out =
        port == 33000 || port == 40000 || port == 40001 || (port >= 50000 && port <= 59000);
    const bool wanted = port >= 32768 && port <= 60999 && !is_left_out;
    ASSERT_EQ(run_port_filter(program, static_cast<std::uint16_t>(port)), wanted) << port;
  }
}

TEST(PortFilter, ExceptionsOutsideOfTheRangeCostNothing) {
  EXPECT_EQ(
      build_port_filter(
          {{32768, 60999}, {{80, 80}, {443, 443}, {65535, 65535}, {60999, 61000}, {40001, 40000}}}),
      build_port_filter({{32768, 60999}, {}}));
}

TEST(PortFilter, HasABoundOfExceptions) {
  std::vector<PortSpan> many;
  for (std::uint16_t port = 40000; port < 40100; ++port) many.push_back({port, port});
  const auto program = build_port_filter({{32768, 60999}, many});
  EXPECT_FALSE(run_port_filter(program, 40063));
  EXPECT_TRUE(run_port_filter(program, 40064)) << "the reader of the answer leaves these out";
}

TEST(PortFilter, BrokenProgramsEnd) {
  auto program = build_port_filter({{1, 2}, {}});
  const std::size_t comparison = program.size() / 2;
  for (std::size_t size = 1; size < program.size(); ++size) {
    EXPECT_EQ(run_port_filter(ByteSpan(program).first(size), 1), size == comparison)
        << size << ": the first comparison alone is a whole program";
  }
  program[1] = std::byte{0};
  EXPECT_FALSE(run_port_filter(program, 1)) << "a step of zero bytes";
}

}  // namespace weir::wire::diag_filter_test
