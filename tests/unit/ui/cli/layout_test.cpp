#include "ui/cli/layout.h"

#include <gtest/gtest.h>

namespace weir::ui::layout_test {

constexpr Terminal plain{80, false, true};

TEST(Layout, CharactersThatMoveTheCursorAreEscaped) {
  EXPECT_EQ(printable(plain, "evil\x1b[2J"), "evil\\x1b[2J");
  EXPECT_EQ(printable(plain,
                      "\xc2\x9b"
                      "2J"),
            "\\xc2\\x9b2J");
  EXPECT_EQ(printable(plain, "a\u202eb"), "a\\xe2\\x80\\xaeb");
  EXPECT_EQ(printable(plain, "\xff"), "\\xff");
  EXPECT_EQ(printable(plain, "größe ¼"), "größe ¼");
}

TEST(Layout, AToneSurvivesALineBreak) {
  const Terminal colored{80, true, true};
  const auto lines =
      wrap(colored, {{"lost ", Tone::plain}, {"312 connections", Tone::critical}}, 9);
  EXPECT_EQ(lines, (std::vector<std::string>{"lost \x1b[1;31m312\x1b[0m",
                                             "\x1b[1;31mconnectio\x1b[0m", "\x1b[1;31mns\x1b[0m"}));
}

TEST(Layout, SpansWithoutABlankBetweenThemAreOneWord) {
  EXPECT_EQ(wrap(plain, {{"see (", Tone::plain}, {"nginx", Tone::strong}, {")", Tone::plain}}, 8),
            (std::vector<std::string>{"see", "(nginx)"}));
}

TEST(Layout, APercentSignStaysWithItsNumber) {
  EXPECT_EQ(wrap(plain, {{"empty in 94 %, so"}}, 11),
            (std::vector<std::string>{"empty in", "94 %, so"}));
}

TEST(Layout, NewlinesStayAndAnEmptyTextIsOneLine) {
  EXPECT_EQ(wrap(plain, {{"a\n\nb"}}, 20), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(wrap(plain, {}, 20), std::vector<std::string>{""});
}

TEST(Layout, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(wrap(plain, {{"日本語"}}, 5), (std::vector<std::string>{"日本", "語"}));
}

}  // namespace weir::ui::layout_test
