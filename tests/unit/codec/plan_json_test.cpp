#include "codec/plan_json.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::codec::plan_json_test {

using testing::AllOf;
using testing::HasSubstr;

Plan two_steps() {
  Plan plan;
  plan.binding = {.place = {"m", "b", 4026531840, 7}, .kernel = "6.1.0"};
  plan.made_at = {1'700'000'000'123'456'789};
  plan.weir_version = "0.1.0";
  plan.notes = {"nothing else\nto plan"};
  Step first;
  first.target = SysctlTarget{"net.core.somaxconn"};
  first.expected = "128";
  first.wanted = "4096";
  first.finding = "accept-queue.somaxconn";
  first.reason = "why";
  first.formula = "max(1, 2)";
  first.risk = "none";
  first.scope = "this namespace";
  first.durable = "/etc/sysctl.d";
  Step second = first;
  second.target = ListenerTarget{.cookie = UINT64_MAX,
                                 .inode = 9,
                                 .family = Family::ipv6,
                                 .name = "[::]:80",
                                 .command = "a\xff\\",
                                 .owners = {{1, 2}, {3, 4}}};
  plan.steps = {first, second};
  return plan;
}

std::string refusal(std::string json, const std::string& from = {}, const std::string& to = {}) {
  const auto at = json.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  const auto parsed = parse_plan(json.replace(at, from.size(), to));
  return parsed ? "accepted" : parsed.error().message;
}

TEST(PlanJson, AWrittenPlanIsReadBackWithoutLoss) {
  const std::string json = plan_to_json(two_steps());
  const auto parsed = parse_plan(json);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_TRUE(*parsed == two_steps());
  EXPECT_EQ(plan_to_json(*parsed), json);
}

TEST(PlanJson, WhetherAStepCanCutTrafficIsWrittenAsWeirComputesItWhateverThePlanSays) {
  Plan plan = two_steps();
  plan.steps[0].target = SysctlTarget{"net.ipv4.ip_forward"};
  const std::string json = plan_to_json(plan);
  const std::size_t cutting = json.find("\"can_cut_traffic\": true");
  ASSERT_NE(cutting, std::string::npos);
  EXPECT_NE(json.find("\"can_cut_traffic\": false", cutting), std::string::npos);
  for (const std::string said : {"\"can_cut_traffic\": false", "\"can_cut_traffic\": null"}) {
    std::string edited = json;
    edited.replace(cutting, std::string_view("\"can_cut_traffic\": true").size(), said);
    const auto parsed = parse_plan(edited);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_TRUE(*parsed == plan);
    EXPECT_EQ(plan_to_json(*parsed), json);
  }
}

TEST(PlanJson, ANameOfASysctlIsReadInOneSpellingAndKeepsItsInterface) {
  Plan plan = two_steps();
  plan.steps[0].target = SysctlTarget{"net.ipv4.conf.d0.100.rp_filter", 6, "52:54:00:00:00:06"};
  const auto parsed = parse_plan(plan_to_json(plan));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(std::get<SysctlTarget>(parsed->steps[0].target),
            (SysctlTarget{"net.ipv4.conf.d0/100.rp_filter", 6, "52:54:00:00:00:06"}));
}

TEST(PlanJson, AnUnknownKindOfStepIsUnsupportedAndNamed) {
  std::string json = plan_to_json(two_steps());
  json.replace(json.find("\"listener\""), 10, "\"nic-ring\"");
  const auto parsed = parse_plan(json);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ErrorCode::unsupported);
  EXPECT_THAT(parsed.error().message, AllOf(HasSubstr("steps[1]"), HasSubstr("nic-ring")));
}

TEST(PlanJson, UnknownAndDuplicateMembersAreRefusedWithTheirPath) {
  const std::string json = plan_to_json(two_steps());
  EXPECT_THAT(refusal(json, "\"steps\"", "\"probe\": \"true\", \"steps\""),
              HasSubstr("its field probe is unknown to this weir"));
  EXPECT_THAT(refusal(json, "\"expected\"", "\"confirm\": 5, \"expected\""),
              HasSubstr("its field steps[0].confirm is unknown to this weir"));
  EXPECT_THAT(refusal(json, "\"net.core.somaxconn\"", "\"net.core.somaxconn\", \"netns\": 5"),
              HasSubstr("its field steps[0].target.netns is unknown"));
  EXPECT_THAT(refusal(json, "\"boot_id\"", "\"also\\u001b\": 1, \"boot_id\""),
              HasSubstr("its field binding.also\\x1b is unknown"));
  EXPECT_THAT(refusal(json, "\"wanted\"", "\"wanted\": \"1\", \"wanted\""),
              HasSubstr("its field steps[0].wanted is given twice"));
  EXPECT_THAT(refusal(json, "\"schema\"", "\"schema\": \"weir.plan/1\", \"schema\""),
              HasSubstr("its field schema is given twice"));
}

TEST(PlanJson, AJournalsPlanIsReadAlsoWithMembersOfANewerWeir) {
  std::string json = plan_to_json(two_steps());
  json.insert(json.find("\"steps\""), "\"added_later\": [1], ");
  const auto kept = parse_kept_plan(json);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_TRUE(*kept == two_steps());
}

TEST(PlanJson, ForeignAndFutureFilesAreRefused) {
  const std::string json = plan_to_json(two_steps());
  EXPECT_THAT(refusal(json, "weir.plan/1", "weir.plan/2"), HasSubstr("newer"));
  EXPECT_THAT(refusal(json, "weir.plan/1", "weir.recording/1"),
              HasSubstr("this is weir.recording/1, not a plan"));
  EXPECT_THAT(refusal(json.substr(0, json.size() / 2)), HasSubstr("ends in the middle"));
  EXPECT_THAT(refusal(json, "\"wanted\"", "\"wished\""), HasSubstr("steps[0] lacks \"wanted\""));
  EXPECT_THAT(refusal(json, "18446744073709551615", "18446744073709551616"),
              HasSubstr("cookie is not an integer"));
}

}  // namespace weir::codec::plan_json_test
