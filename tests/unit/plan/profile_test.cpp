// The steps of each profile on different hosts, and the settings that a profile does not change.
#include "plan/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/tune.h"
#include "support/flow_recording.h"
#include "support/proposal.h"

namespace weir::plan::profile_test {

using test::changes_of;
using testing::ElementsAre;
using testing::HasSubstr;

Plan planned(const test::RecordingBuilder& builder, Profile profile) {
  TuneOptions options;
  options.profile = profile;
  return tune(builder.build(), {}, test::real_catalog(), options);
}

TEST(Profile, EachHasItsName) {
  for (const Profile profile : {Profile::web, Profile::proxy, Profile::bulk, Profile::latency})
    EXPECT_EQ(parse_profile(profile_id(profile)), profile);
  EXPECT_EQ(parse_profile("tutorial"), std::nullopt);
  EXPECT_EQ(parse_profile(""), std::nullopt);
}

TEST(Profile, WebKeepsWindowsAndLimitsUnsentData) {
  const Plan plan = planned(test::ordinary_host(), Profile::web);
  ASSERT_THAT(changes_of(plan.steps),
              ElementsAre("net.ipv4.tcp_slow_start_after_idle 1 -> 0",
                          "net.ipv4.tcp_notsent_lowat 4294967295 -> 131072"));
  for (const auto& step : plan.steps) EXPECT_EQ(step.finding, "profile.web");
  EXPECT_THAT(plan.steps.front().evidence, ElementsAre("net.ipv4.tcp_congestion_control cubic"));
  EXPECT_THAT(plan.steps.back().evidence, ElementsAre("net.ipv4.tcp_notsent_lowat 4294967295"))
      << "no evidence, no step";
}

TEST(Profile, BbrDoesNotReadTheWindowAfterIdle) {
  auto builder = test::ordinary_host();
  builder.sysctl("net.ipv4.tcp_congestion_control", "bbr");
  EXPECT_THAT(changes_of(planned(builder, Profile::latency).steps),
              ElementsAre("net.ipv4.tcp_notsent_lowat 4294967295 -> 131072"));
}

TEST(Profile, AProxyGetsPortsForItsUpstreams) {
  EXPECT_THAT(changes_of(planned(test::ordinary_host(), Profile::proxy).steps),
              ElementsAre("net.ipv4.tcp_slow_start_after_idle 1 -> 0",
                          "net.ipv4.ip_local_port_range 32768 60999 -> 10240 65535",
                          "net.ipv4.tcp_tw_reuse 2 -> 1"));
  auto builder = test::ordinary_host();
  builder.sysctl("net.ipv4.tcp_timestamps", "0");
  EXPECT_THAT(changes_of(planned(builder, Profile::proxy).steps), testing::SizeIs(2))
      << "without timestamps nothing is taken over";
}

TEST(Profile, BulkAsksForTheBuffersOfALongPathOrOfTheLongestThatWasSeen) {
  const Plan assumed = planned(test::ordinary_host(), Profile::bulk);
  ASSERT_THAT(changes_of(assumed.steps),
              ElementsAre("net.ipv4.tcp_rmem 4096 131072 6291456 -> 4096 131072 33554432",
                          "net.ipv4.tcp_wmem 4096 16384 4194304 -> 4096 16384 33554432",
                          "net.ipv4.tcp_slow_start_after_idle 1 -> 0"));
  EXPECT_THAT(assumed.steps.front().evidence,
              ElementsAre("round trip 100 ms, assumed for a long Internet path"));

  auto builder = test::ordinary_host();
  builder.raw().flows = {
      test::make_flow("198.51.100.7", 500, test::resting_state(),
                      [](FlowState& state) { state.min_rtt = milliseconds(200); })};
  const Plan measured = planned(builder, Profile::bulk);
  EXPECT_EQ(measured.steps.front().wanted, "4096 131072 67108864");
  EXPECT_THAT(measured.steps.front().evidence,
              ElementsAre(HasSubstr("200 ms, the longest of the sampled connections")));
}

TEST(Profile, AValueAsWishedGetsNoStep) {
  auto builder = test::ordinary_host();
  builder.sysctl("net.ipv4.tcp_slow_start_after_idle", "0")
      .sysctl("net.ipv4.tcp_notsent_lowat", "131072");
  EXPECT_THAT(planned(builder, Profile::web).steps, testing::IsEmpty());
}

}  // namespace weir::plan::profile_test
