#include "kernel/wire/mounts.h"

#include <vector>

#include <gtest/gtest.h>

namespace weir::wire::mounts_test {

std::vector<Mount> parse(std::string_view text) {
  std::vector<Mount> mounts;
  parse_mountinfo(text, [&](const Mount& mount) { mounts.push_back(mount); });
  return mounts;
}

TEST(Mounts, ANamespaceAndItsPathAreFoundWithAndWithoutOptionalFields) {
  const auto mounts = parse(
      "36 35 0:4 net:[4026532177] /run/netns/a\\040b\\134 rw shared:12 master:3 - nsfs nsfs rw\n"
      "22 28 0:20 / /proc rw,nosuid - proc proc rw,hidepid=invisible\n");
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0].root, "net:[4026532177]");
  EXPECT_EQ(mounts[0].point, "/run/netns/a b\\");
  EXPECT_EQ(mounts[0].type, "nsfs");
  EXPECT_EQ(mounts[1].type, "proc");
  EXPECT_EQ(mounts[1].super_options, "rw,hidepid=invisible");
}

TEST(Mounts, LinesThatEndTooEarlyAreSkipped) {
  EXPECT_TRUE(parse("").empty());
  EXPECT_TRUE(
      parse(
          "36 35 0:4 net:[1] /x rw\n36 35 0:4 net:[1] /x rw shared:1\n36 35 0:4 net:[1] /x rw - nsfs\n\n- - - - - - -\n")
          .empty());
}

}  // namespace weir::wire::mounts_test
