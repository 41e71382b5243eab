// The delay is the host's, and a second where the kernel has no setting.
#include "model/port_reuse.h"

#include <gtest/gtest.h>

namespace weir::port_reuse_test {

TEST(FindReuseDelay, IsTheHostsSetting) {
  EXPECT_EQ(find_reuse_delay({{"net.ipv4.tcp_tw_reuse_delay", "250"}}), milliseconds(250));
}

TEST(FindReuseDelay, IsASecondOnAKernelWithoutTheSetting) {
  EXPECT_EQ(find_reuse_delay({}), seconds(1));
}

TEST(FindReuseDelay, IsAtMostTheLengthOfTimeWait) {
  EXPECT_EQ(find_reuse_delay({{"net.ipv4.tcp_tw_reuse_delay", "9223372036854775807"}}),
            seconds(60));
  EXPECT_EQ(find_reuse_delay({{"net.ipv4.tcp_tw_reuse_delay", "-5"}}), seconds(0));
}

}  // namespace weir::port_reuse_test
