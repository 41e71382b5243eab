#include "model/link_attribute.h"

#include <vector>

#include <gtest/gtest.h>

namespace weir::link_attribute_test {

TEST(LinkAttribute, EveryKindHasItsNames) {
  using Kind = LinkAttributeKind;
  EXPECT_EQ(parse_link_attribute("ring.rx"), (LinkAttribute{Kind::ring, "rx", -1}));
  EXPECT_EQ(parse_link_attribute("channels.combined"),
            (LinkAttribute{Kind::channels, "combined", -1}));
  EXPECT_EQ(parse_link_attribute("coalesce.adaptive-tx"),
            (LinkAttribute{Kind::coalescing, "adaptive-tx", -1}));
  EXPECT_EQ(parse_link_attribute("feature.tx-tcp-segmentation"),
            (LinkAttribute{Kind::feature, "tx-tcp-segmentation", -1}));
  EXPECT_EQ(parse_link_attribute("txqueuelen"), (LinkAttribute{Kind::transmit_length, "", -1}));
  EXPECT_EQ(parse_link_attribute("qdisc"), (LinkAttribute{Kind::qdisc, "", -1}));
  EXPECT_EQ(parse_link_attribute("rx-0.rps_cpus"), (LinkAttribute{Kind::steering, "rps_cpus", 0}));
  EXPECT_EQ(parse_link_attribute("tx-63.xps_cpus"),
            (LinkAttribute{Kind::steering, "xps_cpus", 63}));
}

TEST(LinkAttribute, AnUnknownNameIsNotAnAttribute) {
  for (const char* text :
       {"", "ring", "ring.", "ring.mini", "channels.other", "coalesce.rx", "feature.",
        "feature.a/b", "feature.rx gro", "feature.a-name-that-is-longer-than-the-kernel-has",
        "rx-.rps_cpus", "rx-03.rps_cpus", "rx--1.rps_cpus", "rx-65536.rps_cpus", "rx-0.xps_cpus",
        "tx-0.rps_cpus", "rx-0.rps_cpus/../..", "qdisc.fq", "../rx-0.rps_cpus"})
    EXPECT_EQ(parse_link_attribute(text), std::nullopt) << text;
}

TEST(LinkAttribute, AttributesThatStopTheInterfaceCanCutTraffic) {
  using Kind = LinkAttributeKind;
  for (const Kind kind : {Kind::ring, Kind::channels, Kind::feature, Kind::qdisc})
    EXPECT_TRUE(can_cut_traffic(kind));
  for (const Kind kind : {Kind::coalescing, Kind::transmit_length, Kind::steering})
    EXPECT_FALSE(can_cut_traffic(kind));
}

TEST(LinkAttribute, AnAttributeComesAfterTheAttributesThatItDependsOn) {
  const std::vector<const char*> order{"channels.combined",
                                       "ring.rx",
                                       "coalesce.adaptive-rx",
                                       "coalesce.rx-usecs",
                                       "feature.tx-checksum-ip-generic",
                                       "feature.tx-tcp-segmentation",
                                       "txqueuelen",
                                       "qdisc",
                                       "rx-0.rps_cpus"};
  for (std::size_t i = 1; i < order.size(); ++i)
    EXPECT_LT(rank_link_attribute(*parse_link_attribute(order[i - 1])),
              rank_link_attribute(*parse_link_attribute(order[i])))
        << order[i];
}

}  // namespace weir::link_attribute_test
