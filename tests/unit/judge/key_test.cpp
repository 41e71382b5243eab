// key_of() of what the rules find: the same over windows, and different for different findings.
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/recording_builder.h"
#include "support/scenarios.h"

namespace weir::judge::key_test {

using test::always_full;
using test::bursts;
using test::ListenerSpec;
using test::RecordingBuilder;

std::vector<std::string> keys_of(const Report& report) {
  std::vector<std::string> keys;
  for (const auto& finding : report.findings) keys.push_back(key_of(finding));
  return keys;
}

TEST(Key, DiffersAmongTheFindingsOfOneReport) {
  const Catalog catalog = test::real_catalog();
  for (const auto& name : test::list_scenarios()) {
    const auto keys = keys_of(judge(test::read_scenario(name), catalog));
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), keys.size()) << name;
  }
}

ListenerSpec member(std::uint64_t cookie, std::int64_t pid) {
  ListenerSpec spec;
  spec.cookie = cookie;
  spec.backlog = 16;
  spec.drops_inside = 40;
  spec.pids = {pid};
  return spec;
}

TEST(Key, OfAListenerIsTheSameInALaterWindowWithOtherNumbers) {
  RecordingBuilder first;
  first.overflows(0, 40).listener(member(77, 812), bursts(17, 10));
  ListenerSpec worse = member(77, 812);
  worse.drops_before = 40;
  worse.drops_inside = 900;
  RecordingBuilder later;
  later.overflows(40, 900).listener(worse, bursts(17, 5));
  later.raw().first.provenance.boot_time = seconds(2000);
  later.raw().last->provenance.boot_time = seconds(2003);
  const auto keys = keys_of(judge(first.build(), Catalog()));
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys, keys_of(judge(later.build(), Catalog())));
}

TEST(Key, OfTwoMembersOfAGroupWithTwoDiagnosesDiffers) {
  RecordingBuilder builder;
  builder.overflows(0, 80)
      .listener(member(77, 812), always_full(16))
      .listener(member(78, 813), bursts(17, 10));
  const auto report = judge(builder.build(), Catalog());
  const auto keys = keys_of(report);
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(report.findings[0].resource.name, report.findings[1].resource.name);
  EXPECT_NE(keys[0], keys[1]);
}

Recording with_half_duplex(std::uint64_t netns) {
  RecordingBuilder builder;
  Link link;
  link.index = 2;
  link.name = "eth0";
  link.up = link.carrier = true;
  link.modes.emplace();
  link.modes->duplex = "half";
  link.modes->supports_full = true;
  for (Snapshot* end : {&builder.raw().first, &*builder.raw().last}) {
    end->network.links = {link};
    end->provenance.place.netns = netns;
  }
  return builder.build();
}

TEST(Key, OfTwoInterfacesOfOneNameInTwoNamespacesDiffers) {
  const auto here = keys_of(judge(with_half_duplex(4026531840), Catalog()));
  const auto there = keys_of(judge(with_half_duplex(4026532000), Catalog()));
  ASSERT_EQ(here.size(), 1U);
  ASSERT_EQ(there.size(), 1U);
  EXPECT_NE(here, there);
}

}  // namespace weir::judge::key_test
