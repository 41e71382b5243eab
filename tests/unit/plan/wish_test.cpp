#include "plan/wish.h"

#include <gtest/gtest.h>

namespace weir::plan::wish_test {

TEST(ParseWish, ANameOfASysctlHasOneSpelling) {
  for (const char* text : {"net.ipv4.conf.d0.100.rp_filter=1", "net.ipv4.conf.d0/100.rp_filter = 1",
                           "net/ipv4/conf/d0.100/rp_filter=1"}) {
    const auto wish = parse_wish(text);
    ASSERT_TRUE(wish.ok()) << text;
    EXPECT_EQ(wish->target, "net.ipv4.conf.d0/100.rp_filter") << text;
    EXPECT_EQ(wish->value, "1");
  }
}

TEST(ParseWish, OtherTargetsStayAsTheyAreWritten) {
  EXPECT_EQ(parse_wish("link:d0.100:feature.rx-gro=off")->target, "link:d0.100:feature.rx-gro");
  EXPECT_EQ(parse_wish("limit:812:nofile=1 2")->target, "limit:812:nofile");
}

}  // namespace weir::plan::wish_test
