#include "base/placeholders.h"

#include <gtest/gtest.h>

namespace weir::placeholders_test {

TEST(Phrase, EveryPlaceholderGetsItsFact) {
  EXPECT_EQ(fill("{where} sets {parameter} to {value}.",
                 {{"where", "a.conf:3"}, {"parameter", "fs.file-max"}, {"value", "1"}}),
            "a.conf:3 sets fs.file-max to 1.");
}

TEST(Phrase, UnknownPlaceholderStaysVisible) {
  EXPECT_EQ(fill("{a} and {b}", {{"a", "1"}}), "1 and {b}");
}

TEST(Phrase, FactsAreNotFilledAgain) { EXPECT_EQ(fill("{a}", {{"a", "{b}"}, {"b", "x"}}), "{b}"); }

TEST(Phrase, LoneBracesAreText) {
  EXPECT_EQ(fill("a { b", {}), "a { b");
  EXPECT_EQ(fill("a } b {a}", {{"a", "1"}}), "a } b 1");
}

TEST(Phrase, EmptyFactAtTheEndLeavesNoBlank) {
  EXPECT_EQ(fill("It does nothing. {why}", {{"why", ""}}), "It does nothing.");
}

}  // namespace weir::placeholders_test
