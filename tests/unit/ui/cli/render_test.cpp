#include "ui/cli/render.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "support/golden.h"
#include "support/sample_values.h"
#include "ui/cli/chain_text.h"
#include "ui/view/configuration.h"
#include "ui/view/history.h"
#include "ui/view/plan.h"
#include "ui/view/report.h"
#include "ui/view/size.h"

namespace weir::ui::render_test {

using testing::HasSubstr;
using testing::Not;

struct Shown {
  const char* name;
  View view;
};

std::vector<Shown> everything() {
  return {{"report", report_view(test::sample_report())},
          {"report-quiet", report_view(test::sample_quiet_report())},
          {"plan", plan_view(test::sample_plan(), "plan.json")},
          {"plan-empty", plan_view({}, "")},
          {"size", size_view(test::sample_sizing(), {})},
          {"size-formulas", size_view(test::sample_sizing(), {true, "plan.json"})},
          {"config", config_view(test::sample_config_report())},
          {"drift", drift_view(test::sample_drift())},
          {"drift-none", drift_view({})},
          {"history", history_view(test::sample_history(), test::sample_moment())},
          {"history-empty", history_view({}, {})},
          {"outcome",
           outcome_view(test::sample_history()[1], true,
                        "Applied as 8; run `weir confirm 8` within 60 s, or weir undoes it", {})},
          {"outcome-failed",
           outcome_view(test::sample_history()[2], false, "7 could not be undone whole",
                        {"the journal could not be written: disk full"})}};
}

class Widths : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Render, Widths, testing::Values(60, 80, 120, 200));

TEST_P(Widths, ScreensAreAsRecorded) {
  for (const auto& shown : everything()) {
    test::expect_golden("ui/" + std::string(shown.name) + "-" + std::to_string(GetParam()) + ".txt",
                        render(shown.view, {GetParam(), false, true}));
  }
}

TEST_P(Widths, NoLineIsWiderThanTheTerminalInColourOrAscii) {
  for (const auto& shown : everything()) {
    for (const Terminal terminal :
         {Terminal{GetParam(), true, true}, Terminal{GetParam(), false, false}}) {
      const std::string text = render(shown.view, terminal);
      for (const auto line : split(text, '\n'))
        EXPECT_LE(display_width(line), GetParam()) << shown.name << ": " << line;
    }
  }
}

TEST(Render, AsciiTerminalGetsAsciiOnly) {
  for (const auto& shown : everything()) {
    const std::string text = render(shown.view, {80, false, false});
    for (const char c : text) ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << shown.name;
  }
  test::expect_golden("ui/report-ascii-80.txt", render(everything()[0].view, {80, false, false}));
}

TEST(Render, ColourChangesNothingButTheColour) {
  EXPECT_THAT(render(everything()[0].view, {100, true, true}), HasSubstr("\x1b["));
  for (const auto& shown : everything()) {
    const std::string colored = render(shown.view, {100, true, true});
    std::string bare;
    for (std::size_t i = 0; i < colored.size(); ++i) {
      if (colored[i] == '\x1b') {
        i = colored.find('m', i);
      } else {
        bare += colored[i];
      }
    }
    EXPECT_EQ(bare, render(shown.view, {100, false, true}));
  }
}

TEST(Render, ANameThatHoldsControlBytesCannotDriveTheTerminal) {
  Report report = test::sample_report();
  report.findings[0].resource.command = "\x1b]0;owned\x07";
  report.stages[3].resources[1].name = "0.0.0.0:80\x1b[2J";
  const std::string text = render(report_view(report), {80, false, true});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("\\x1b]0;owned\\x07"));
}

TEST(Bar, EveryShareAboveZeroIsVisible) {
  const Terminal terminal{80, false, false};
  EXPECT_EQ(bar_text(0, 0, 10, Tone::good, terminal), "..........");
  EXPECT_EQ(bar_text(0.001, 0.3, 10, Tone::good, terminal), "#++.......");
  EXPECT_EQ(bar_text(0.5, 7, 10, Tone::good, terminal), "#####+++++");
  EXPECT_EQ(bar_text(1, 0, 10, Tone::good, terminal), "##########");
}

}  // namespace weir::ui::render_test
