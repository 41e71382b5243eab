#include "model/finding.h"

#include <gtest/gtest.h>

namespace weir::finding_test {

Finding about(const std::string& kind, const std::string& name, const std::string& identity) {
  Finding finding;
  finding.id = "link.errors";
  finding.resource.kind = kind;
  finding.resource.name = name;
  finding.resource.identity = identity;
  finding.resource.netns = 4026531840;
  return finding;
}

TEST(DescribeParts, AnEvidenceSaysItsValueItsChangeOrItsTotal) {
  using Texts = std::vector<std::string>;
  const Evidence value{"sysctl", "net.core.somaxconn", {}, {}, {}, "", "128"};
  EXPECT_EQ(describe_parts(value), (Texts{"128"}));
  const Evidence moved{"netstat", "TcpExt.ListenOverflows", 312, 104.0, 5508, "namespace", {}};
  EXPECT_EQ(describe_parts(moved),
            (Texts{"+312 (104/s)", "5508 since the network namespace was created"}));
  const Evidence counted{"netstat", "TcpExt.ListenDrops", {}, {}, 7, "", {}};
  EXPECT_EQ(describe_parts(counted), (Texts{"7"}));
  EXPECT_EQ(describe_parts(Evidence{}), Texts{});
}

TEST(DescribeParts, ARateThatWouldReadAsZeroIsLeftOut) {
  using Texts = std::vector<std::string>;
  const Evidence still{"netstat", "TcpExt.ListenDrops", 0, 0.0, {}, "", {}};
  EXPECT_EQ(describe_parts(still), (Texts{"+0"}));
  const Evidence slow{"netstat", "TcpExt.ListenDrops", 1, 0.01, {}, "", {}};
  EXPECT_EQ(describe_parts(slow), (Texts{"+1"}));
  const Evidence back{"sockstat", "TCP.mem", -5, -1.5, {}, "", {}};
  EXPECT_EQ(describe_parts(back), (Texts{"-5 (-1.5/s)"}));
}

TEST(KeyOf, IsTheSameForAFindingWithOtherNumbers) {
  const Finding first = about("interface", "eth0", "link 2 02:00:00:00:00:01");
  Finding later = first;
  later.severity = Severity::critical;
  later.wording.variant = "length";
  later.lost_per_second = 7;
  later.resource.name = "uplink";
  EXPECT_EQ(key_of(first), key_of(later));
}

TEST(KeyOf, DistinguishesTwoMembersOfAGroup) {
  EXPECT_NE(key_of(about("listener", "0.0.0.0:80", "socket 7 1007")),
            key_of(about("listener", "0.0.0.0:80", "socket 8 1008")));
}

TEST(KeyOf, DistinguishesOneNameInTwoNamespaces) {
  const Finding here = about("interface", "eth0", "link 2 02:00:00:00:00:01");
  Finding there = here;
  there.resource.netns = 4026532000;
  EXPECT_NE(key_of(here), key_of(there));
}

TEST(KeyOf, DistinguishesANamespaceFromALaterNamespaceWithItsNumber) {
  Finding gone = about("table", "TIME_WAIT", "");
  gone.resource.netns_cookie = 11;
  Finding now = gone;
  now.resource.netns_cookie = 12;
  EXPECT_NE(key_of(gone), key_of(now));
}

TEST(KeyOf, DistinguishesFindingsAndKinds) {
  const Finding one = about("table", "ipv4", "");
  Finding other = one;
  other.id = "link.rx-drops";
  EXPECT_NE(key_of(one), key_of(other));
  other = one;
  other.resource.kind = "host";
  EXPECT_NE(key_of(one), key_of(other));
}

TEST(KeyOf, OfSeveralResourcesTheWorstMayChange) {
  Finding first = about("destination", "192.0.2.1:443", "");
  first.also = {about("destination", "192.0.2.2:443", "").resource};
  Finding later = about("destination", "192.0.2.2:443", "");
  later.also = {first.resource};
  EXPECT_EQ(key_of(first), key_of(later));
}

TEST(KeyOf, ANameCannotPassForTwoParts) {
  EXPECT_EQ(key_of(about("table", "a\tb", "")), "link.errors\t4026531840\ttable\ta\\x09b");
}

TEST(Since, TheShortWordsOfJsonBecomeWordsForAReader) {
  EXPECT_EQ(describe_since("boot"), "boot");
  EXPECT_EQ(describe_since("namespace"), "the network namespace was created");
  EXPECT_EQ(describe_since("interface"), "the interface was created");
  EXPECT_EQ(describe_since("listen"), "listen()");
  EXPECT_EQ(describe_since("bind"), "bind()");
}

TEST(Since, AnyOtherWordStaysAsItIs) {
  EXPECT_EQ(describe_since("2026-11-30T10:00:00Z"), "2026-11-30T10:00:00Z");
}

}  // namespace weir::finding_test
