// A well-known list of sysctls, judged for four machines: the right verdict differs from machine to
// machine.
#include "support/classic_tutorial.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "judge/configuration.h"
#include "support/recording_builder.h"

namespace weir::judge::classic_tutorial_test {

struct Expected {
  const char* key;
  std::array<Verdict, 4> verdicts;  ///< on the four machines below
};

struct Machine {
  KernelVersion kernel;
  std::int64_t gibibytes;
};

constexpr std::array<Machine, 4> machines{
    {{{6, 18, 0}, 23}, {{5, 14, 0}, 64}, {{6, 1, 0}, 4}, {{4, 9, 0}, 8}}};

using V = Verdict;
const std::array<Expected, 18> expected{{
    // Cookies are on, so the kernel does not read this value. The default of 4.9 is not in the
    // catalog, which begins with 4.18.
    {"net.ipv4.tcp_max_syn_backlog", {V::inert, V::inert, V::inert, V::changed}},
    {"net.ipv4.tcp_syn_retries", {V::conditional, V::conditional, V::conditional, V::conditional}},
    {"net.ipv4.tcp_synack_retries",
     {V::conditional, V::conditional, V::conditional, V::conditional}},
    {"net.ipv4.tcp_retries1",
     {V::kernel_default, V::kernel_default, V::kernel_default, V::changed}},
    {"net.ipv4.tcp_retries2", {V::harmful, V::harmful, V::harmful, V::harmful}},
    // 16 MiB is half of the 32 MiB of 6.16 and later, and more than the 6 MiB before.
    {"net.ipv4.tcp_rmem", {V::harmful, V::mixed, V::mixed, V::changed}},
    {"net.ipv4.tcp_wmem", {V::mixed, V::mixed, V::mixed, V::changed}},
    // 3.0, 4.0 and 6.0 GiB: too much for 23 GiB, the kernel's own choice on 64 GiB, and more than
    // the memory of 4 GiB.
    {"net.ipv4.tcp_mem", {V::harmful, V::kernel_default, V::harmful, V::harmful}},
    {"net.core.rmem_default", {V::harmless, V::harmless, V::harmless, V::changed}},
    // 4 MiB by default since 6.18, 208 KiB before.
    {"net.core.rmem_max", {V::harmful, V::changed, V::changed, V::changed}},
    {"net.core.wmem_default", {V::harmless, V::harmless, V::harmless, V::changed}},
    {"net.core.wmem_max", {V::harmful, V::changed, V::changed, V::changed}},
    {"net.ipv4.tcp_keepalive_time",
     {V::conditional, V::conditional, V::conditional, V::conditional}},
    {"net.ipv4.tcp_keepalive_probes", {V::conditional, V::conditional, V::conditional, V::changed}},
    {"net.ipv4.tcp_keepalive_intvl", {V::conditional, V::conditional, V::conditional, V::changed}},
    {"net.ipv4.tcp_fin_timeout", {V::harmless, V::harmless, V::harmless, V::harmless}},
    // Removed in 4.12; older kernels with this setting drop clients behind NAT.
    {"net.ipv4.tcp_tw_recycle", {V::removed, V::removed, V::removed, V::harmful}},
    {"net.ipv4.tcp_tw_reuse", {V::conditional, V::conditional, V::conditional, V::conditional}},
}};

class ClassicTutorial : public testing::TestWithParam<std::size_t> {};

TEST_P(ClassicTutorial, EachOfTheEighteenLinesGetsItsVerdict) {
  const auto lines = test::read_classic_tutorial();
  ASSERT_EQ(lines.size(), expected.size());
  const Machine& machine = machines[GetParam()];
  ConfigHost host;
  host.kernel = machine.kernel;
  host.memory = Bytes{machine.gibibytes << 30U};
  host.described = true;
  const auto report = judge_configuration(lines, host, {}, test::real_catalog());
  ASSERT_EQ(report.lines.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto& line = report.lines[i];
    ASSERT_EQ(line.line.key, expected[i].key);
    EXPECT_EQ(verdict_id(line.verdict), verdict_id(expected[i].verdicts[GetParam()]))
        << line.line.key << ": " << line.why;
    EXPECT_EQ(line.severity == Severity::warning, line.verdict == V::harmful) << line.line.key;
  }
}

constexpr std::array names{"Linux618With23GiB", "Linux514With64GiB", "Linux61With4GiB",
                           "Linux49With8GiB"};
std::string name_machine(const testing::TestParamInfo<std::size_t>& machine) {
  return names[machine.param];
}
INSTANTIATE_TEST_SUITE_P(FourMachines, ClassicTutorial,
                         testing::Range(std::size_t{0}, machines.size()), name_machine);

}  // namespace weir::judge::classic_tutorial_test
