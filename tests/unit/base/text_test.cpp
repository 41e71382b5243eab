#include "base/text.h"

#include <gtest/gtest.h>

namespace weir::text_test {

TEST(Text, SplitWordsSkipsRunsOfBlanksAndTabs) {
  EXPECT_EQ(split_words(" 4096\t131072  6291456\n"),
            (std::vector<std::string_view>{"4096", "131072", "6291456"}));
  EXPECT_TRUE(split_words(" \t\n").empty());
}

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a::b", ':'), (std::vector<std::string_view>{"a", "", "b"}));
}

TEST(Text, IntegerAcceptsOnlyWholeNumbers) {
  EXPECT_EQ(parse_integer("-1"), -1);
  EXPECT_EQ(parse_integer("9223372036854775807"), INT64_MAX);
  EXPECT_FALSE(parse_integer("9223372036854775808"));
  EXPECT_FALSE(parse_integer(""));
  EXPECT_FALSE(parse_integer("12x"));
  EXPECT_FALSE(parse_integer(" 12"));
}

TEST(Text, DurationAcceptsUnitsAndRefusesOverflow) {
  EXPECT_EQ(parse_duration_ns("5s"), 5'000'000'000);
  EXPECT_EQ(parse_duration_ns("250ms"), 250'000'000);
  EXPECT_EQ(parse_duration_ns("3"), 3'000'000'000);
  EXPECT_EQ(parse_duration_ns("2m"), 120'000'000'000);
  EXPECT_FALSE(parse_duration_ns("-1s"));
  EXPECT_FALSE(parse_duration_ns("s"));
  EXPECT_FALSE(parse_duration_ns("9223372036854775807h"));
}

TEST(Text, SizeAcceptsBinaryUnits) {
  EXPECT_EQ(parse_bytes("64GiB"), 64LL << 30U);
  EXPECT_EQ(parse_bytes("4096"), 4096);
  EXPECT_FALSE(parse_bytes("9000000000TiB"));
  EXPECT_FALSE(parse_bytes("64GB"));
}

TEST(Text, EscapeKeepsUtf8AndShowsEveryOtherByte) {
  EXPECT_EQ(escape_bytes("nginx: ü"), "nginx: ü");
  EXPECT_EQ(escape_bytes(std::string_view("a\0b\n\\", 5)), "a\\x00b\\x0a\\\\");
  EXPECT_EQ(escape_bytes("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(escape_bytes("\xed\xa0\x80"), "\\xed\\xa0\\x80");
}

/// The ends of each range of invisible characters, and the visible characters next to them.
TEST(Text, EscapeShowsEveryActingOrInvisibleCharacter) {
  EXPECT_EQ(escape_bytes("\x1b[2J\x7f"), "\\x1b[2J\\x7f") << "C0 and DEL";
  EXPECT_EQ(escape_bytes("\u0080 \u009b \u009f"), "\\xc2\\x80 \\xc2\\x9b \\xc2\\x9f") << "C1";
  EXPECT_EQ(escape_bytes("\x80 \x9b \x9f"), "\\x80 \\x9b \\x9f")
      << "C1 as a terminal of eight bits reads it";
  EXPECT_EQ(escape_bytes("\u061c"), "\\xd8\\x9c");
  for (const char* unseen :
       {"\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e",
        "\u2060", "\u2066", "\u2069", "\ufeff", "\u00ad", "\U000e0041"}) {
    const std::string shown = escape_bytes(std::string("a") + unseen + "b");
    EXPECT_EQ(shown.size(), 2 + 4 * std::string_view(unseen).size()) << shown;
    for (const char c : shown) EXPECT_TRUE(c >= ' ' && c <= '~') << shown;
    EXPECT_EQ(unescape_bytes(shown), std::string("a") + unseen + "b");
  }
  for (const char* seen :
       {"~", "\u00a0", "\u00a1", "\u061b", "\u061d", "\u200a", "\u2010", "\u2027", "\u202f",
        "\u205f", "\u2070", "\ufefe", "\uff00", "\U0001f600"})
    EXPECT_EQ(escape_bytes(seen), seen);
}

TEST(Text, ASentenceKeepsItsBackslashes) {
  EXPECT_EQ(escape_sentence("\"a\\x1bb\" is no name\u202e"),
            "\"a\\x1bb\" is no name\\xe2\\x80\\xae");
  EXPECT_EQ(escape_sentence("two\nlines"), "two\\x0alines");
}

TEST(Text, UnescapeGivesBackEveryByte) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  EXPECT_EQ(unescape_bytes(escape_bytes(every_byte)), every_byte);
  EXPECT_FALSE(unescape_bytes("a\\"));
  EXPECT_FALSE(unescape_bytes("\\x4"));
  EXPECT_FALSE(unescape_bytes("\\xg0"));
  EXPECT_FALSE(unescape_bytes("\\n"));
}

TEST(Text, ListsAreComparedAndShownByTheirWords) {
  EXPECT_EQ(single_spaced(" 4096\t131072  6291456\n"), "4096 131072 6291456");
  EXPECT_EQ(single_spaced(" \n"), "");
  EXPECT_TRUE(has_same_words("4096\t131072 ", "4096 131072"));
  EXPECT_FALSE(has_same_words("4096 131072", "4096131072"));
  EXPECT_EQ(join_integers({4096, -1, INT64_MAX}), "4096 -1 9223372036854775807");
  EXPECT_EQ(join_integers({}), "");
  EXPECT_EQ(join_texts({"it is gone", "it was never there"}, "; "),
            "it is gone; it was never there");
  EXPECT_EQ(join_texts({}, "; "), "");
}

TEST(Text, KernelVersionsCompareByNumberNotByText) {
  EXPECT_LT(*parse_kernel_version("5.4"), *parse_kernel_version("5.14.0-362.el9"));
  EXPECT_EQ(*parse_kernel_version("6.18.44-fc"), (KernelVersion{6, 18, 44}));
  EXPECT_FALSE(parse_kernel_version("next"));
}

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

}  // namespace weir::text_test
