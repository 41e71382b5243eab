#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "act/steps/steps.h"
#include "unit/act/link_fixture.h"

namespace weir::act::feature_step_test {

using ::testing::HasSubstr;

struct FeatureHost : LinkHost {
  FeatureHost() {
    nic().features = {{"tx-checksum-ip-generic", {true, true, true}},
                      {"tx-tcp-segmentation", {true, true, false}},
                      {"rx-gro", {true, true, true}},
                      {"highdma", {false, false, true}},
                      // without it, the kernel forbids TCP segmentation
                      {"tx-scatter-gather", {true, false, false}}};
  }
  [[nodiscard]] kernel::FakeNic& nic() { return fake.state().nics["eth0"]; }
};

TEST(FeatureStep, IsAppliedAndUndone) {
  FeatureHost host;
  const Step step = link_step("feature.rx-gro", "on", "off");
  EXPECT_EQ(host.apply_step(step), "off");
  EXPECT_EQ(host.fake.writes().back(),
            (kernel::FakeWrite{"ethtool:eth0 feature.rx-gro", "off", true}));
  EXPECT_TRUE(host.nic().features[0].state.wanted) << "the others stay as they were";
  EXPECT_EQ(host.undo_step(step), "on");
}

TEST(FeatureStep, AnUnfulfilledWishIsPutBackAsAWish) {
  FeatureHost host;
  const Step step = link_step("feature.tx-tcp-segmentation", "off, wanted on", "off");
  EXPECT_EQ(host.apply_step(step), "off");
  EXPECT_FALSE(host.nic().features[1].state.wanted);
  EXPECT_EQ(host.undo_step(step), "off, wanted on");
  EXPECT_TRUE(host.nic().features[1].state.wanted);
}

TEST(FeatureStep, AFeatureThatTheDriverDoesNotSetIsRolledBackWithItsWish) {
  FeatureHost host;
  host.nic().features[1].state.wanted = false;
  const Step step = link_step("feature.tx-tcp-segmentation", "off", "on");
  EXPECT_THAT(host.apply_step(step), HasSubstr("weir wrote on, but the kernel has off, wanted on"));
  EXPECT_FALSE(host.nic().features[1].state.wanted);
  EXPECT_EQ(host.read(step), "off");
}

TEST(FeatureStep, FixedAndUnknownFeaturesAreRefused) {
  FeatureHost host;
  EXPECT_THAT(host.check(link_step("feature.highdma", "on", "off")).error().message,
              HasSubstr("does not allow a change"));
  EXPECT_TRUE(host.check(link_step("feature.highdma", "on", "on")).ok());
  EXPECT_THAT(host.read(link_step("feature.rx-teleport", "on", "off")),
              HasSubstr("this kernel has no such feature"));
  EXPECT_EQ(host.check(link_step("feature.rx-gro", "on", "perhaps")).error().code,
            ErrorCode::wrong_use);
}

}  // namespace weir::act::feature_step_test
