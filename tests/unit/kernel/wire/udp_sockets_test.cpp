// Lines of /proc/net/udp and udp6, and texts that are not such lines.
#include "kernel/wire/udp_sockets.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::wire::udp_sockets_test {

constexpr const char* head =
    "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops             \n";

std::vector<UdpLine> parse(Family family, const std::string& text) {
  std::vector<UdpLine> lines;
  parse_udp_sockets(family, text, [&](const UdpLine& line) { lines.push_back(line); });
  return lines;
}

TEST(UdpSockets, LineOfIpv4) {
  const auto lines = parse(
      Family::ipv4,
      std::string(head) +
          " 2109: 0100007F:0035 00000000:0000 07 00000000:00034000 00:00000000 00000000   101        0 24680 2 00000000deadbeef 12345         \n");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(format_address(Family::ipv4, lines.front().address), "127.0.0.1");
  EXPECT_EQ(lines.front().port, 53);
  EXPECT_EQ(lines.front().receive_queue, 0x34000);
  EXPECT_EQ(lines.front().inode, 24680);
  EXPECT_EQ(lines.front().drops, 12345);
}

TEST(UdpSockets, LineOfIpv6) {
  const auto lines = parse(
      Family::ipv6,
      "  77: "
      "B80D0120000000000000000001000000:14E9 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 99 2 0000000000000000 0\n");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(format_address(Family::ipv6, lines.front().address), "2001:db8::1");
  EXPECT_EQ(lines.front().port, 5353);
  EXPECT_EQ(lines.front().drops, 0);
}

TEST(UdpSockets, DamagedLinesAreSkipped) {
  EXPECT_TRUE(parse(Family::ipv4, "").empty());
  EXPECT_TRUE(parse(Family::ipv4, head).empty());
  EXPECT_TRUE(
      parse(Family::ipv4, " 1: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000")
          .empty())
      << "cut off";
  EXPECT_TRUE(parse(Family::ipv4, " 1: 0100007F:10035 0:0 07 0:0 00:0 0 0 0 9 2 0 0\n").empty())
      << "no port";
  EXPECT_TRUE(parse(Family::ipv4, " 1: 0100007F:0035 0:0 07 00 00:0 0 0 0 9 2 0 0\n").empty())
      << "no queues";
  EXPECT_TRUE(parse(Family::ipv6, " 1: 0100007F:0035 0:0 07 0:0 00:0 0 0 0 9 2 0 0\n").empty())
      << "an address of the other family";
}

}  // namespace weir::wire::udp_sockets_test
