#include "ui/view/size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_values.h"

namespace weir::ui::size_test {

using testing::HasSubstr;
using testing::Not;

std::string text_of(const Text& text) {
  std::string joined;
  for (const auto& span : text) joined += span.text;
  return joined;
}

std::string verdict(const Sizing& sizing) {
  return text_of(std::get<Paragraph>(size_view(sizing, {}).blocks.front()).text);
}

std::string everything(const View& view) {
  std::string text;
  for (const auto& block : view.blocks) {
    if (const auto* paragraph = std::get_if<Paragraph>(&block))
      text += text_of(paragraph->text) + "\n";
  }
  return text;
}

Gauge gauge_of(const View& view, const std::string& stage) {
  for (const auto& block : view.blocks) {
    const auto* chain = std::get_if<Chain>(&block);
    if (chain == nullptr) continue;
    for (const auto& gauge : chain->gauges) {
      if (gauge.stage == stage) return gauge;
    }
  }
  return {};
}

TEST(SizeView, TheVerdictNamesTheFirstBreakAndTheRest) {
  const auto text = verdict(test::sample_sizing());
  EXPECT_THAT(
      text,
      HasSubstr(
          "1 M connections, 50000 new a second, 9 Gbit/s over 50 ms: the first limit is open files of nginx (812), at 18976 connections"));
  EXPECT_THAT(
      text, HasSubstr("with every setting below, the first limit is memory, at 411 k connections"));
}

TEST(SizeView, ALoadThatSettingsCureIsCarried) {
  auto sizing = test::sample_sizing();
  sizing.needs.pop_back();  // the memory
  sizing.unreachable.clear();
  sizing.breaks = {"open files", "accept queue"};
  EXPECT_THAT(verdict(sizing),
              HasSubstr("with the 2 settings below, the machine carries this load"));
}

TEST(SizeView, AFittingGoalNamesTheTightestNeed) {
  auto sizing = test::sample_sizing();
  sizing.needs.resize(1);  // the link
  sizing.breaks.clear();
  sizing.unreachable.clear();
  sizing.settings.clear();
  EXPECT_THAT(
      verdict(sizing),
      HasSubstr(
          "every known resource carries this load; the tightest is link, which breaks at 9.41 Gbit/s"));
}

TEST(SizeView, AStageIsAsBadAsItsWorstNeed) {
  const auto view = size_view(test::sample_sizing(), {});
  EXPECT_EQ(gauge_of(view, "host").resource, "open files of nginx (812)") << "it breaks first";
  EXPECT_EQ(gauge_of(view, "host").mark, Mark::critical) << "but the memory is out of reach";
  EXPECT_EQ(gauge_of(view, "accept-queue").mark, Mark::warning);
  EXPECT_EQ(gauge_of(view, "link").mark, Mark::good);
  EXPECT_EQ(gauge_of(view, "idle").mark, Mark::unknown) << "it has no limit";
  EXPECT_EQ(gauge_of(view, "connect").resource, "");
}

TEST(SizeView, AnotherMachineGetsLinesAndNoPlan) {
  auto sizing = test::sample_sizing();
  EXPECT_THAT(everything(size_view(sizing, {})), Not(HasSubstr("net.core.somaxconn = 8192")));
  sizing.host.described = true;
  const auto text = everything(size_view(sizing, {}));
  EXPECT_THAT(text, HasSubstr("net.core.somaxconn = 8192"));
  EXPECT_THAT(text, Not(HasSubstr("RLIMIT_NOFILE of nginx (812) =")));
  EXPECT_THAT(text, Not(HasSubstr("weir apply")));
}

TEST(SizeView, FormulasOfFittingNeedsAreShownOnRequest) {
  const auto fields_of = [](const View& view) {
    std::string labels;
    for (const auto& block : view.blocks) {
      const auto* fields = std::get_if<Fields>(&block);
      if (fields == nullptr) continue;
      for (const auto& field : fields->fields) labels += field.label + "\n";
    }
    return labels;
  };
  EXPECT_THAT(fields_of(size_view(test::sample_sizing(), {})), Not(HasSubstr("keepalive probes")));
  EXPECT_THAT(fields_of(size_view(test::sample_sizing(), {true, ""})),
              HasSubstr("keepalive probes"));
}

}  // namespace weir::ui::size_test
