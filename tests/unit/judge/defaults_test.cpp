#include "judge/defaults.h"

#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "app/knowledge.h"
#include "codec/catalog_toml.h"

namespace weir::judge::defaults_test {

constexpr std::int64_t gibibyte = std::int64_t{1} << 30;

HostFacts described(KernelVersion kernel, std::int64_t gibibytes) {
  ConfigHost host;
  host.kernel = kernel;
  host.memory = Bytes{gibibytes * gibibyte};
  return compute_facts(host);
}

Parameter with_rule(const std::string& rule, ParameterType type = ParameterType::integers) {
  Parameter parameter;
  parameter.type = type;
  ParameterDefault one;
  one.rule = rule;
  parameter.defaults = {one};
  return parameter;
}

KernelChoice by_rule(const std::string& rule, const HostFacts& facts) {
  return compute_default(with_rule(rule), facts);
}

TEST(Defaults, FixedDefaultFollowsTheKernelVersion) {
  Parameter somaxconn;
  somaxconn.defaults = {{{4, 18, 0}, "128", "", ""}, {{5, 4, 0}, "4096", "", ""}};
  EXPECT_EQ(compute_default(somaxconn, described({5, 3, 18}, 4)).text, "128");
  EXPECT_EQ(compute_default(somaxconn, described({5, 4, 0}, 4)).text, "4096");
  EXPECT_EQ(compute_default(somaxconn, described({3, 10, 0}, 4)).text, "")
      << "older than what the catalog knows";
}

TEST(Defaults, EstablishedHashGrowsWithMemoryUpToTheKernelsLimit) {
  EXPECT_EQ(estimate_ehash_entries(Bytes{4 * gibibyte}), 32768);
  EXPECT_EQ(estimate_ehash_entries(Bytes{std::int64_t{24684096} * 1024}), 262144)
      << "as read on a host of 23 GiB";
  EXPECT_EQ(estimate_ehash_entries(Bytes{64 * gibibyte}), 524288);
  EXPECT_EQ(estimate_ehash_entries(Bytes{1024 * gibibyte}), 524288);
}

TEST(Defaults, HashSizeGivesTheTableLimits) {
  const auto facts = described({6, 18, 0}, 23);
  EXPECT_EQ(by_rule("tcp_max_tw_buckets", facts).text, "131072");
  EXPECT_EQ(by_rule("tcp_max_orphans", facts).text, "131072");
  EXPECT_EQ(by_rule("tcp_max_syn_backlog", facts).text, "2048");
  EXPECT_EQ(by_rule("tcp_max_syn_backlog", described({4, 19, 0}, 23)).text, "1024")
      << "half of it before 5.4";
}

TEST(Defaults, TcpMemIsASixteenthOfTheBufferPages) {
  // Values of a host with 23 GiB and 6.18.
  ConfigHost host;
  host.kernel = {6, 18, 0};
  host.memory = Bytes{std::int64_t{24684096} * 1024};
  host.buffer_pages = Pages{383869 * 16};
  const auto choice = by_rule("tcp_mem", compute_facts(host));
  EXPECT_EQ(choice.text, "287901 383869 575802");
  EXPECT_TRUE(equals_default(choice, {287901, 383869, 575802}));
}

TEST(Defaults, TcpMemOfAnEstimateHoldsForSmallAndLargeMachinesAndPages) {
  // 1 GiB: 262144 pages, of which 97 % are 254279, a sixteenth 15892, and three quarters of that
  // 11919.
  EXPECT_EQ(by_rule("tcp_mem", described({6, 18, 0}, 1)).text, "11919 15892 23838");
  // 1 TiB: 268435456 pages, 260382392, 16273899, 12205422.
  EXPECT_EQ(by_rule("tcp_mem", described({6, 18, 0}, 1024)).text, "12205422 16273899 24410844");
  ConfigHost host;
  host.kernel = {6, 18, 0};
  host.memory = Bytes{1024 * gibibyte};
  host.page_size = Bytes{65536};
  // 16777216 pages, 16273899, 1017118, 762837.
  EXPECT_EQ(by_rule("tcp_mem", compute_facts(host)).text, "762837 1017118 1525674");
  host.memory = Bytes{65536};
  EXPECT_EQ(by_rule("tcp_mem", compute_facts(host)).text, "96 128 192") << "never less";
}

TEST(Defaults, EstimatedMemoryIsCompared15PercentWide) {
  const auto choice = by_rule("tcp_mem", described({6, 18, 0}, 23));
  EXPECT_TRUE(equals_default(choice, {287901, 383869, 575802}));
  EXPECT_FALSE(equals_default(choice, {200000, 300000, 400000}));
  EXPECT_TRUE(is_below_default(choice, {200000, 300000, 400000}, 2));
  EXPECT_FALSE(is_below_default(choice, {287901, 383869, 575802}, 2));
}

TEST(Defaults, MemoryThatLeftAfterBootDoesNotChangeTheValuesComputedAtBoot) {
  // The kernel manages a quarter of the memory now, but it computed tcp_mem when all of the memory
  // was present.
  ConfigHost host;
  host.kernel = {6, 18, 0};
  host.memory = Bytes{std::int64_t{24684096} * 1024};
  host.buffer_pages = Pages{1472316};
  const auto choice = by_rule("tcp_mem", compute_facts(host));
  EXPECT_TRUE(equals_default(choice, {287901, 383869, 575802}));
  EXPECT_TRUE(equals_default(choice, {69012, 92019, 138024}))
      << "or when only what is there now was there";
}

TEST(Defaults, SocketBuffersAreBoundByVersionAndMemory) {
  EXPECT_EQ(by_rule("tcp_rmem", described({6, 18, 0}, 23)).text, "4096 131072 33554432");
  EXPECT_EQ(by_rule("tcp_rmem", described({5, 14, 0}, 64)).text, "4096 131072 6291456");
  EXPECT_EQ(by_rule("tcp_rmem", described({4, 18, 0}, 64)).text, "4096 87380 6291456");
  EXPECT_EQ(by_rule("tcp_wmem", described({6, 18, 0}, 23)).text, "4096 16384 4194304");
  EXPECT_EQ(by_rule("tcp_rmem", described({6, 18, 0}, 23)).tolerance, 0)
      << "the cap holds whatever the boot found";
  const auto small = by_rule("tcp_rmem", described({6, 18, 0}, 2));
  ASSERT_EQ(small.candidates.size(), 1U);
  EXPECT_LT(small.candidates.front()[2], 33554432) << "a 128th of 2 GiB";
  EXPECT_GT(small.tolerance, 0);
}

TEST(Defaults, WithoutTheMemoryOnlyItsDependentDefaultsAreUnknown) {
  const auto facts = described({6, 18, 0}, 0);
  for (const std::string rule : {"tcp_mem", "udp_mem", "tcp_max_syn_backlog", "tcp_max_tw_buckets",
                                 "nf_conntrack_max", "file_max"}) {
    EXPECT_EQ(by_rule(rule, facts).text, "") << rule;
  }
  EXPECT_EQ(by_rule("tcp_rmem", facts).text, "4096 131072 33554432") << "from 4 GiB on";
  EXPECT_EQ(by_rule("netdev_budget_usecs", facts).text, "8000");
}

TEST(Defaults, ConntrackFollowsTheSteps) {
  EXPECT_EQ(by_rule("nf_conntrack_max", described({6, 1, 0}, 8)).text, "262144");
  EXPECT_EQ(by_rule("nf_conntrack_buckets", described({6, 1, 0}, 8)).text, "262144");
  EXPECT_EQ(by_rule("nf_conntrack_max", described({6, 1, 0}, 4)).text, "65536");
  EXPECT_EQ(by_rule("nf_conntrack_max", described({5, 10, 0}, 8)).text, "262144");
  EXPECT_EQ(by_rule("nf_conntrack_buckets", described({5, 10, 0}, 8)).text, "65536");
}

TEST(Defaults, TimerRateIsNotVisibleSoEachIsTheKernelsOwn) {
  const auto choice = by_rule("netdev_budget_usecs", described({6, 18, 0}, 8));
  for (const std::int64_t usecs : {8000, 2000, 20000, 6666})
    EXPECT_TRUE(equals_default(choice, {usecs})) << usecs;
  EXPECT_FALSE(equals_default(choice, {5000}));
}

TEST(Defaults, ADistributionsChoiceIsNeverCompared) {
  const auto choice = by_rule("distribution", described({6, 18, 0}, 8));
  EXPECT_EQ(choice.text, "");
  EXPECT_FALSE(equals_default(choice, {0}));
  EXPECT_FALSE(is_below_default(choice, {0}, 0));
}

TEST(Defaults, KernelsProportionsAreRecognised) {
  const auto choice = by_rule("tcp_mem", described({6, 18, 0}, 23));
  EXPECT_TRUE(may_be_boot_choice(choice, {69012, 92019, 138024}));
  EXPECT_FALSE(may_be_boot_choice(choice, {100000, 200000, 300000}));
}

TEST(Defaults, EveryRuleOfTheCatalogIsKnown) {
  const auto catalog = codec::parse_catalog(knowledge::parameters_toml(), {}, {});
  ASSERT_TRUE(catalog.ok()) << catalog.error().message;

  for (const auto& parameter : catalog->parameters()) {
    for (const auto& one : parameter.defaults) {
      EXPECT_TRUE(one.rule.empty() || knows_default_rule(one.rule))
          << parameter.name << ": " << one.rule;
    }
  }
}

std::string read_file(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Defaults, TheRuleComputesTheTcpMemOfThisHost) {
  const auto text = read_file("/proc/meminfo");
  const auto words = split_words(text);
  const auto live_text = read_file("/proc/sys/net/ipv4/tcp_mem");
  if (words.size() < 2 || words[0] != "MemTotal:" || live_text.empty())
    GTEST_SKIP() << "no MemTotal or tcp_mem here";
  Integers live;
  for (const auto word : split_words(live_text)) live.push_back(parse_integer(word).value());
  if (live.size() != 3 || live[0] != live[1] / 4 * 3 || live[2] != 2 * live[0])
    GTEST_SKIP() << "tcp_mem was set by hand";
  ConfigHost host;
  host.kernel = parse_kernel_version(read_file("/proc/sys/kernel/osrelease")).value();
  host.memory = Bytes{parse_integer(words[1]).value() * 1024};
  EXPECT_TRUE(equals_default(by_rule("tcp_mem", compute_facts(host)), live)) << live_text;
}

}  // namespace weir::judge::defaults_test
