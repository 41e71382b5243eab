// The words for the moment from which a total counts.

#include "model/since.h"

#include <gtest/gtest.h>

namespace weir::since_test {

TEST(Since, TheShortWordsOfJsonBecomeWordsForAReader) {
  EXPECT_EQ(describe_since("boot"), "boot");
  EXPECT_EQ(describe_since("namespace"), "the network namespace was created");
  EXPECT_EQ(describe_since("interface"), "the interface was created");
  EXPECT_EQ(describe_since("listen"), "listen()");
  EXPECT_EQ(describe_since("bind"), "bind()");
}

TEST(Since, AnyOtherWordStaysAsItIs) {
  EXPECT_EQ(describe_since("2026-11-30T10:00:00Z"), "2026-11-30T10:00:00Z");
}

}  // namespace weir::since_test
