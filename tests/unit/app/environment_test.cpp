#include "app/environment.h"

#include <gtest/gtest.h>

namespace weir::app::environment_test {

Environment color_terminal() {
  Environment environment;
  environment.out_is_terminal = true;
  environment.out_columns = 120;
  environment.term = "xterm-256color";
  environment.locale = "en_US.UTF-8";
  return environment;
}

TEST(ChooseTerminal, ATerminalHasColourAndItsOwnWidth) {
  const auto terminal = choose_terminal(color_terminal(), ColorChoice::automatic);
  EXPECT_TRUE(terminal.color);
  EXPECT_TRUE(terminal.unicode);
  EXPECT_EQ(terminal.width, 120U);
}

TEST(ChooseTerminal, NoColorDumbTerminalsAndFilesHaveNone) {
  Environment no_color = color_terminal();
  no_color.no_color = "1";
  EXPECT_FALSE(choose_terminal(no_color, ColorChoice::automatic).color);
  EXPECT_TRUE(choose_terminal(no_color, ColorChoice::always).color);
  Environment dumb = color_terminal();
  dumb.term = "dumb";
  EXPECT_FALSE(choose_terminal(dumb, ColorChoice::automatic).color);
  Environment file = color_terminal();
  file.out_is_terminal = false;
  EXPECT_FALSE(choose_terminal(file, ColorChoice::automatic).color);
  EXPECT_FALSE(choose_terminal(color_terminal(), ColorChoice::never).color);
}

TEST(ChooseTerminal, TheWidthStaysBetween60And200) {
  Environment environment = color_terminal();
  environment.out_columns = 20;
  EXPECT_EQ(choose_terminal(environment, ColorChoice::never).width, 60U);
  environment.out_columns = 500;
  EXPECT_EQ(choose_terminal(environment, ColorChoice::never).width, 200U);
  environment.out_columns.reset();
  EXPECT_EQ(choose_terminal(environment, ColorChoice::never).width, 80U);
  environment.columns = "100";
  EXPECT_EQ(choose_terminal(environment, ColorChoice::never).width, 100U);
  environment.columns = "wide";
  EXPECT_EQ(choose_terminal(environment, ColorChoice::never).width, 80U);
}

TEST(ChooseTerminal, OnlyAUtf8LocaleShowsMoreThanAscii) {
  EXPECT_TRUE(is_utf8_locale("C.UTF-8"));
  EXPECT_TRUE(is_utf8_locale("de_DE.utf8"));
  EXPECT_FALSE(is_utf8_locale("POSIX"));
  EXPECT_FALSE(is_utf8_locale("de_DE@euro"));
  EXPECT_FALSE(is_utf8_locale(""));
}

}  // namespace weir::app::environment_test
