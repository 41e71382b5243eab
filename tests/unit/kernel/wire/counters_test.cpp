#include "kernel/wire/counters.h"

#include <gtest/gtest.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::counters_test {

TEST(Counters, PairsOfLinesBecomeNamesWithTheirGroup) {
  Counters counters;
  parse_counter_pairs(
      "Tcp: RtoMin MaxConn RetransSegs\nTcp: 200 -1 17\nTcpExt: ListenOverflows\nTcpExt: 312\n",
      counters);
  EXPECT_EQ(counters, (Counters{{"Tcp.RtoMin", 200},
                                {"Tcp.MaxConn", -1},
                                {"Tcp.RetransSegs", 17},
                                {"TcpExt.ListenOverflows", 312}}));
}

TEST(Counters, ACapturedNetstatHasTheListenQueuesCounters) {
  Counters counters;
  parse_counter_pairs(std::string_view(corpus_text("proc_fuzz/netstat")).substr(1), counters);
  for (const char* name : {"TcpExt.ListenOverflows", "TcpExt.ListenDrops", "TcpExt.TCPReqQFullDrop",
                           "TcpExt.TCPReqQFullDoCookies", "IpExt.InOctets"}) {
    EXPECT_EQ(counters.count(name), 1U) << name;
  }
  EXPECT_GT(counters.size(), 100U);
}

TEST(Counters, LinesThatDoNotFitTogetherAreSkipped) {
  Counters counters;
  parse_counter_pairs("Tcp: A B\nUdp: 1 2\nIp: C\nIp: 5\nTcp: D E F\nTcp: 7\nIcmp: alone\n",
                      counters);
  EXPECT_EQ(counters, (Counters{{"Ip.C", 5}, {"Tcp.D", 7}}));
}

TEST(Counters, ACounterBeyondTheRangeWrapsInsteadOfVanishing) {
  Counters counters;
  parse_counter_pairs("Ip: A B\nIp: 18446744073709551615 99999999999999999999\n", counters);
  EXPECT_EQ(counters, (Counters{{"Ip.A", INT64_MAX}}));
}

TEST(Counters, Snmp6NamesAreSplitAfterTheSix) {
  Counters counters;
  parse_snmp6(
      "Ip6InReceives                   \t12\nIcmp6OutType133\t3\nUdpLite6InErrors 4\nUnknown 5\nIp6\n",
      counters);
  EXPECT_EQ(counters,
            (Counters{{"Ip6.InReceives", 12}, {"Icmp6.OutType133", 3}, {"UdpLite6.InErrors", 4}}));
}

TEST(Counters, SockstatGivesEachNumberOfAGroup) {
  Counters counters;
  parse_sockstat(
      "sockets: used 17\nTCP: inuse 1 orphan 2 tw 3 alloc 4 mem 388\nFRAG: inuse 0 memory 0\nbroken 1\n",
      counters);
  EXPECT_EQ(counters["TCP.mem"], 388);
  EXPECT_EQ(counters["TCP.tw"], 3);
  EXPECT_EQ(counters["sockets.used"], 17);
  EXPECT_EQ(counters.count("broken.1"), 0U);
}

TEST(Counters, ATablePerCpuIsAddedUpExceptTheCommonNumberOfEntries) {
  Counters counters;
  parse_stat_table(
      "entries  allocs table_fulls\n00000002 00000010 00000001\n00000002 00000001 0000000a\n",
      "neighbour.ipv4.", counters);
  EXPECT_EQ(counters, (Counters{{"neighbour.ipv4.entries", 2},
                                {"neighbour.ipv4.allocs", 17},
                                {"neighbour.ipv4.table_fulls", 11}}));
}

TEST(Counters, ATableWithoutLinesGivesNothing) {
  Counters counters;
  parse_stat_table("entries allocs\n", "t.", counters);
  EXPECT_TRUE(counters.empty());
}

TEST(Softnet, TheCpuIsColumn13BecauseOfflineCpusHaveNoLine) {
  const auto cpus = parse_softnet(
      "00000011 00000002 00000003 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000\n"
      "000028d6 00000000 0000000f 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000003 00000000 00000000\n");
  ASSERT_EQ(cpus.size(), 2U);
  EXPECT_EQ(cpus[0], (SoftnetCpu{0, 0x11, 2, 3, 0, 0, 0}));
  EXPECT_EQ(cpus[1], (SoftnetCpu{3, 0x28d6, 0, 15, 0, 0, 0}));
}

TEST(Softnet, SteeringAndTheBacklogHaveTheirColumns) {
  const auto cpus = parse_softnet(
      "00000001 00000002 00000003 00000000 00000000 00000000 00000000 00000000 00000000 0000000a 0000000b 0000000c 00000005 00000004 00000008\n");
  ASSERT_EQ(cpus.size(), 1U);
  EXPECT_EQ(cpus[0], (SoftnetCpu{5, 1, 2, 3, 10, 11, 12}));
}

TEST(Softnet, BeforeTheCpuColumnALineIsTheNextCpuThatIsOnline) {
  const std::vector<std::int64_t> online{0, 2, 5};
  const auto cpus = parse_softnet(
      "00000001 00000000 00000000\n00000002 00000000 00000000\n00000003 00000000 00000000\n00000004 00000000 00000000\n",
      online);
  ASSERT_EQ(cpus.size(), 4U);
  EXPECT_EQ(cpus[0].cpu, 0);
  EXPECT_EQ(cpus[1].cpu, 2);
  EXPECT_EQ(cpus[2].cpu, 5);
  EXPECT_EQ(cpus[3].cpu, 3);
  EXPECT_FALSE(cpus[0].queue_length.has_value());
}

TEST(Softnet, OlderKernelsHaveNoCpuColumnAndShortLinesAreLeftOut) {
  const auto cpus = parse_softnet(
      "00000001 00000000 00000000\nzz\n00000002 00000001\n00000005 00000006 00000007 00000000\n");
  ASSERT_EQ(cpus.size(), 2U);
  EXPECT_EQ(cpus[1], (SoftnetCpu{3, 5, 6, 7}));
}

}  // namespace weir::wire::counters_test
