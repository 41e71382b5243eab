// Strips of local ports: whether the estimate from them is near the real number.
#include "sense/port_uses.h"

#include <bitset>

#include <gtest/gtest.h>

namespace weir::sense::port_uses_test {

constexpr PortRange usual{32768, 60999};

class Strips {
 public:
  Strips(const PortRange& range, double share) {
    const auto strips = spread_over(range, share);
    const auto program = wire::build_port_filter(strips.filter);
    for (std::size_t port = 0; port < shown_.size(); ++port)
      shown_[port] = wire::run_port_filter(program, static_cast<std::uint16_t>(port));
    scale_ = strips.scale;
  }
  [[nodiscard]] bool has(int port) const { return shown_[static_cast<std::size_t>(port)]; }
  [[nodiscard]] double scale() const { return scale_; }

 private:
  std::bitset<65536> shown_;
  double scale_ = 1;
};

TEST(PortStrips, AreTheWholeRangeWhereAllOfItIsWanted) {
  for (const double share : {1.0, 7.0}) {
    const Strips strips(usual, share);
    EXPECT_EQ(strips.scale(), 1);
    for (int port = 0; port < 65536; ++port)
      ASSERT_EQ(strips.has(port), port >= usual.low && port <= usual.high) << port;
  }
  EXPECT_EQ(Strips({40000, 40030}, 0.1).scale(), 1) << "too few to leave any out";
}

TEST(PortStrips, HaveTheirShareOfEvenAndOfOddPorts) {
  for (const PortRange& range :
       {usual, PortRange{1024, 65535}, PortRange{0, 65535}, PortRange{10001, 10999}}) {
    for (const double share : {0.01, 1.0 / 6, 0.5, 0.9}) {
      const Strips strips(range, share);
      std::int64_t even = 0;
      std::int64_t odd = 0;
      for (int port = 0; port < 65536; ++port) {
        if (!strips.has(port)) continue;
        ASSERT_TRUE(port >= range.low && port <= range.high) << port;
        ++(port % 2 == 0 ? even : odd);
      }
      EXPECT_EQ(even, odd) << range.low << ' ' << share;
      EXPECT_NEAR(strips.scale() * static_cast<double>(even + odd),
                  static_cast<double>(range.size()), 1e-6);
      EXPECT_LE(static_cast<double>(even + odd), share * static_cast<double>(range.size()) + 32);
    }
  }
}

TEST(PortStrips, ARunOfPortsIsKnownToASixteenthOfTheRange) {
  const Strips strips(usual, 1.0 / 6);
  const int size = static_cast<int>(usual.size());
  for (int start = 0; start < size; start += 997) {
    for (int length = 0; length < size / 2; length += 541) {
      int seen = 0;
      for (int i = 0; i < length; ++i)
        seen += strips.has(usual.low + (start + 2 * i) % size) ? 1 : 0;
      ASSERT_NEAR(seen * strips.scale(), length, size / 16.0) << start << ' ' << length;
    }
  }
}

}  // namespace weir::sense::port_uses_test
