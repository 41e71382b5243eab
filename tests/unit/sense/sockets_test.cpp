// Which UDP sockets are read, and when.
#include "sense/sockets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sense/host_fixture.h"

namespace weir::sense::sockets_test {

using testing::IsEmpty;
using testing::SizeIs;

class UdpSocketsTest : public testing::Test {
 protected:
  UdpSocketsTest() {
    auto& files = fake_.state().files;
    files["/proc/net/udp"] =
        "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n"
        "    1: 00000000:0035 00000000:0000 07 00000000:00034000 00:00000000 00000000   101        0 24680 2 0000000000000000 9000\n"
        "    2: 0100007F:0143 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 24681 2 0000000000000000 0\n";
    files["/proc/net/udp6"] =
        "    3: 00000000000000000000000000000000:14E9 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 99 2 0000000000000000 12000\n";
  }

  /// The namespace's counter before and after.
  std::vector<UdpSocket> read(std::int64_t before, std::int64_t after) {
    auto kernel = fake_.kernel();
    FileReader reader(kernel.files);
    Counters first;
    first.snmp["Udp.RcvbufErrors"] = before;
    Counters last;
    last.snmp["Udp.RcvbufErrors"] = after;
    return read_udp_sockets(reader, first, last);
  }

  kernel::FakeKernel fake_;
};

TEST_F(UdpSocketsTest, SocketsWithDropsAreKeptTheWorstFirst) {
  const auto sockets = read(5, 900);
  ASSERT_THAT(sockets, SizeIs(2));
  EXPECT_EQ(sockets[0], (UdpSocket{Family::ipv6, "::", 5353, 99, 12'000, {0}, {}}));
  EXPECT_EQ(sockets[1], (UdpSocket{Family::ipv4, "0.0.0.0", 53, 24680, 9000, {0x34000}, {}}));
}

TEST_F(UdpSocketsTest, NothingIsReadWhereNothingWasDroppedInsideTheWindow) {
  EXPECT_THAT(read(900, 900), IsEmpty());
  EXPECT_THAT(read(900, 5), IsEmpty());
}

}  // namespace weir::sense::sockets_test
