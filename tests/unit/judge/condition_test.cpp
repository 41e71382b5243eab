#include "judge/condition.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::judge::condition_test {

using testing::HasSubstr;

class LiteralFacts final : public ConditionFacts {
 public:
  std::optional<std::string> judged = "16777216";
  std::optional<std::string> standard = "4096 131072 33554432";
  std::optional<std::int64_t> memory = std::int64_t{4} << 30;
  KernelVersion version{6, 18, 44};
  bool initial = true;
  std::map<std::string, std::string> others;

  [[nodiscard]] std::optional<std::string> value() const override { return judged; }
  [[nodiscard]] std::optional<std::string> default_value() const override { return standard; }
  [[nodiscard]] std::optional<std::int64_t> ram_bytes() const override { return memory; }
  [[nodiscard]] std::optional<std::int64_t> ram_pages() const override {
    return memory ? std::optional(*memory / 4096) : std::nullopt;
  }
  [[nodiscard]] std::optional<std::int64_t> cpus() const override { return 2; }
  [[nodiscard]] KernelVersion kernel() const override { return version; }
  [[nodiscard]] bool initial_netns() const override { return initial; }
  [[nodiscard]] std::optional<std::string> sysctl(const std::string& name) const override {
    const auto found = others.find(name);
    return found == others.end() ? std::nullopt : std::optional(found->second);
  }
};

bool holds_for(const std::string& when, const LiteralFacts& facts) {
  const auto condition = parse_condition(when);
  EXPECT_TRUE(condition.ok()) << when;
  return condition.ok() && holds(*condition, facts);
}

TEST(Condition, ComparesTheValueWithNumbers) {
  const LiteralFacts facts;
  EXPECT_TRUE(holds_for("value == 16777216", facts));
  EXPECT_FALSE(holds_for("value != 16777216", facts));
  EXPECT_TRUE(holds_for("value < 16777216.5", facts));
  EXPECT_FALSE(holds_for("value < 16777216", facts));
  EXPECT_TRUE(holds_for("value<=16777216", facts));
  EXPECT_TRUE(holds_for("value >= 16777216", facts));
  EXPECT_TRUE(holds_for("-1 < value", facts));
}

TEST(Condition, IntegersOfAListAreNumberedFromZero) {
  LiteralFacts facts;
  facts.judged = "32768\t131072 16777216";
  EXPECT_TRUE(holds_for("value.0 > default.0", facts));
  EXPECT_TRUE(holds_for("value.1 == default.1", facts));
  EXPECT_TRUE(holds_for("value.2 <= 0.5*default.2", facts));
  EXPECT_FALSE(holds_for("value.2 < 0.5*default.2", facts));
  EXPECT_FALSE(holds_for("value.3 >= 0", facts)) << "there is no fourth integer";
}

TEST(Condition, AllClausesMustHold) {
  const LiteralFacts facts;
  EXPECT_TRUE(holds_for("value > 1 and value > 2 and cpus == 2", facts));
  EXPECT_FALSE(holds_for("value > 1 and value < 2 and cpus == 2", facts));
}

TEST(Condition, FactorsScaleMemory) {
  LiteralFacts facts;
  facts.judged = "1572864";
  EXPECT_TRUE(holds_for("value > ram.pages", facts)) << "6 GiB of pages on a 4 GiB host";
  EXPECT_TRUE(holds_for("65536*value > 0.25*ram.bytes", facts));
  EXPECT_FALSE(holds_for("value > 2*ram.pages", facts));
}

TEST(Condition, KernelVersionsCompareAsVersions) {
  LiteralFacts facts;
  EXPECT_TRUE(holds_for("kernel >= '6.9'", facts)) << "18 is above 9";
  EXPECT_FALSE(holds_for("kernel < '6.18'", facts));
  EXPECT_TRUE(holds_for("'6.18.43' < kernel", facts));
}

TEST(Condition, TextsAreEqualOrNot) {
  LiteralFacts facts;
  facts.judged = "bbr";
  EXPECT_TRUE(holds_for("value == 'bbr'", facts));
  EXPECT_TRUE(holds_for("value != 'cubic'", facts));
  EXPECT_FALSE(holds_for("value < 'cubic'", facts)) << "texts have no order";
  EXPECT_FALSE(holds_for("value > 5", facts));
}

TEST(Condition, WholeListsCompareWordByWord) {
  LiteralFacts facts;
  facts.judged = "4096\t131072\t33554432";
  EXPECT_TRUE(holds_for("value == default", facts));
  facts.judged = "4096 131072 1";
  EXPECT_TRUE(holds_for("value != default", facts));
}

TEST(Condition, OtherSysctlsAndTheirIntegers) {
  LiteralFacts facts;
  facts.others = {{"net.ipv4.tcp_syncookies", "1"},
                  {"net.ipv4.ip_local_port_range", "32768 60999"}};
  EXPECT_TRUE(holds_for("net.ipv4.tcp_syncookies != 0", facts));
  EXPECT_TRUE(holds_for("net.ipv4.ip_local_port_range#1 == 60999", facts));
  EXPECT_TRUE(holds_for("netns.initial == 1", facts));
}

TEST(Condition, UnknownTermMakesTheWholeConditionFalse) {
  LiteralFacts facts;
  facts.memory.reset();
  EXPECT_FALSE(holds_for("net.core.somaxconn != 1", facts));
  EXPECT_FALSE(holds_for("value > 1 and value < ram.bytes", facts));
  facts.standard.reset();
  EXPECT_FALSE(holds_for("value != default", facts));
}

TEST(Condition, MalformedTextsAreNamed) {
  for (const auto* when :
       {"", "value", "value >", "value = 1", "value > 1 or value < 0", "value > 1 and",
        "value > 'x", "2* > 1", "value.x > 1", "value.64 > 1", "somaxconn > 1",
        "net.core.somaxconn# > 1", "value#1 > 1", "value > 1 value > 2", "(value > 1)",
        "2*kernel > '6.1'", ".value > 1"}) {
    const auto condition = parse_condition(when);
    ASSERT_FALSE(condition.ok()) << when;
    EXPECT_EQ(condition.error().code, ErrorCode::malformed);
    EXPECT_THAT(condition.error().message, HasSubstr(" at '")) << when;
  }
}

}  // namespace weir::judge::condition_test
