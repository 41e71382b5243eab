#include "ui/cli/terminal.h"

#include <gtest/gtest.h>

namespace weir::ui::terminal_test {

TEST(TerminalText, WidthCountsCharactersNotBytesNorEscapes) {
  EXPECT_EQ(display_width("größe"), 5U);
  EXPECT_EQ(display_width(paint(Terminal{80, true, true}, Ink::red, "lost")), 4U);
}

TEST(TerminalText, WrapBreaksAtBlanksAndNeverExceedsTheWidth) {
  EXPECT_EQ(wrap("the queue was full through the window", 14),
            (std::vector<std::string>{"the queue was", "full through", "the window"}));
  for (const auto& line : wrap("net.ipv4.conf.averyveryverylonginterface.rp_filter is set", 20))
    EXPECT_LE(display_width(line), 20U);
  EXPECT_EQ(wrap("", 10), std::vector<std::string>{""});
}

TEST(TerminalText, PaintIsPlainWithoutColour) {
  EXPECT_EQ(paint(Terminal{80, false, true}, Ink::red, "lost"), "lost");
  EXPECT_EQ(paint(Terminal{80, true, true}, Ink::red, "lost"), "\x1b[1;31mlost\x1b[0m");
}

TEST(TerminalText, ShortenShowsThatSomethingWasCut) {
  EXPECT_EQ(shorten(Terminal{80, false, true}, "accept-queue", 8), "accept-…");
  EXPECT_EQ(shorten(Terminal{80, false, false}, "accept-queue", 8), "accept-~");
  EXPECT_EQ(shorten(Terminal{}, "fits", 4), "fits");
}

TEST(TerminalText, AsciiTerminalGetsAsciiOnly) {
  EXPECT_EQ(to_terminal(Terminal{80, false, false}, "511 → 4096 …ü"), "511 -> 4096 ...?");
}

}  // namespace weir::ui::terminal_test
