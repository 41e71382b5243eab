#include "lab/forged_packet.h"

#include <gtest/gtest.h>

#include "lab/delay_line.h"

namespace weir::lab::forged_packet_test {

/// A packet with a correct checksum field sums up to zero: RFC 1071.
bool checksum_holds(const std::string& packet, Family family, int protocol) {
  const std::size_t header = family == Family::ipv4 ? 20 : 40;
  const std::string segment = packet.substr(header);
  std::string pseudo = family == Family::ipv4 ? packet.substr(12, 8) : packet.substr(8, 32);
  pseudo += std::string{0, static_cast<char>(protocol), 0, static_cast<char>(segment.size())};
  return internet_checksum(protocol == 1 ? segment : pseudo + segment) == 0;
}

const PacketEnds ipv4_ends{std::string("\xc6\x13\x01\x02", 4), std::string("\x0a\x4d\x00\x02", 4),
                           40000, 8080};
const PacketEnds ipv6_ends{std::string("\x20\x01\x00\x02\0\0\0\0\1\2\3\4\5\6\7\x08", 16),
                           std::string("\xfd\x77\0\0\0\0\0\0\0\0\0\0\0\0\0\x02", 16), 40000, 8080};

TEST(InternetChecksum, IsTheChecksumOfRfc1071) {
  EXPECT_EQ(internet_checksum(std::string("\x00\x01\xf2\x03\xf4\xf5\xf6\xf7", 8)), 0x220d);
  EXPECT_EQ(internet_checksum(""), 0xffff);
}

TEST(ForgePacket, EveryKindHasTheRightChecksum) {
  for (const FloodKind kind :
       {FloodKind::syn, FloodKind::ack, FloodKind::rst, FloodKind::udp, FloodKind::icmp_echo}) {
    const int protocol = kind == FloodKind::udp ? 17 : kind == FloodKind::icmp_echo ? 1 : 6;
    EXPECT_TRUE(checksum_holds(forge_packet(kind, Family::ipv4, ipv4_ends, 0xfedcba98),
                               Family::ipv4, protocol));
    EXPECT_TRUE(checksum_holds(forge_packet(kind, Family::ipv6, ipv6_ends, 0xfedcba98),
                               Family::ipv6, protocol == 1 ? 58 : protocol));
  }
}

TEST(ForgePacket, SynIsASynToThePort) {
  EXPECT_TRUE(is_syn_to(forge_packet(FloodKind::syn, Family::ipv4, ipv4_ends, 1), 8080));
  EXPECT_TRUE(is_syn_to(forge_packet(FloodKind::syn, Family::ipv6, ipv6_ends, 1), 8080));
  EXPECT_FALSE(is_syn_to(forge_packet(FloodKind::ack, Family::ipv4, ipv4_ends, 1), 8080));
  EXPECT_FALSE(is_syn_to(forge_packet(FloodKind::udp, Family::ipv4, ipv4_ends, 1), 8080));
}

}  // namespace weir::lab::forged_packet_test
