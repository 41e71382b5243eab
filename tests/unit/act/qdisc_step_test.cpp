#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "act/steps/steps.h"
#include "unit/act/link_fixture.h"

namespace weir::act::qdisc_step_test {

using ::testing::HasSubstr;

constexpr std::uint32_t top = 0xFFFFFFFF;
constexpr const char* default_qdisc_path = "/proc/sys/net/core/default_qdisc";

struct QdiscHost : LinkHost {
  QdiscHost() {
    auto& state = fake.state();
    state.qdisc_defaults["fq"] = {{"limit", "10000"}, {"quantum", "3028"}};
    state.qdisc_defaults["fq_codel"] = {
        {"flows", "1024"}, {"limit", "10240"}, {"target", "4999"}, {"interval", "99999"}};
    state.default_roots[2] = {2, 0, top, "fq_codel", state.qdisc_defaults["fq_codel"], {}};
    state.qdisc_setups = {state.default_roots[2]};
    state.files[default_qdisc_path] = "fq_codel\n";
  }
  void set_root(const QdiscSetup& setup) { fake.state().qdisc_setups = {setup}; }
};

constexpr const char* default_text =
    "fq_codel 0: flows 1024 interval 99999 limit 10240 target 4999";

TEST(QdiscStep, TheKernelsOwnDisciplineIsPutBackByDeletingTheNewOne) {
  QdiscHost host;
  const Step step = link_step("qdisc", default_text, "fq");
  EXPECT_EQ(host.apply_step(step), "fq 8001: limit 10000 quantum 3028");
  EXPECT_EQ(host.undo_step(step), default_text);
  EXPECT_EQ(host.fake.writes().back(), (kernel::FakeWrite{"link:2 qdisc", "deleted", true}));
}

TEST(QdiscStep, ADisciplineThatIsMadeAgainHasAnotherHandle) {
  QdiscHost host;
  const Step step = link_step("qdisc", default_text, "fq");
  ASSERT_EQ(host.apply_step(step), "fq 8001: limit 10000 quantum 3028");
  ASSERT_EQ(host.undo_step(step), default_text);
  EXPECT_EQ(host.apply_step(step), "fq 8002: limit 10000 quantum 3028");
  EXPECT_EQ(host.undo_step(step), default_text);
}

TEST(QdiscStep, OptionsOfThePlanAreSetAndTheRestIsTheKernels) {
  QdiscHost host;
  EXPECT_EQ(host.apply_step(link_step("qdisc", "fq_codel", "fq limit 20000")),
            "fq 8001: limit 20000 quantum 3028");
}

TEST(QdiscStep, ADisciplineOfAUserIsPutBackWithItsHandleAndOptions) {
  QdiscHost host;
  host.set_root({2,
                 0x10000,
                 top,
                 "fq_codel",
                 {{"flows", "4096"}, {"limit", "2000"}, {"target", "1999"}},
                 {}});
  const std::string before = "fq_codel 1: flows 4096 limit 2000 target 1999";
  const Step step = link_step("qdisc", before, "fq");
  ASSERT_EQ(host.apply_step(step), "fq 8001: limit 10000 quantum 3028");
  EXPECT_EQ(host.undo_step(step), "fq_codel 1: flows 4096 interval 99999 limit 2000 target 1999")
      << "interval is the fake's; a real kernel reports every option";
}

TEST(QdiscStep, OptionsOfTheSameDisciplineAreChangedInPlace) {
  QdiscHost host;
  host.set_root({2, 0x10000, top, "fq_codel", {{"flows", "1024"}, {"limit", "10240"}}, {}});
  const Step step =
      link_step("qdisc", "fq_codel 1: flows 1024 limit 10240", "fq_codel flows 1024 limit 2000");
  EXPECT_EQ(host.apply_step(step), "fq_codel 1: flows 1024 limit 2000");
  EXPECT_EQ(host.fake.writes().back().value, "fq_codel 1: limit 2000")
      << "flows cannot be changed in place, so it is not named";
  EXPECT_EQ(host.undo_step(step), "fq_codel 1: flows 1024 limit 10240");
}

TEST(QdiscStep, AnotherNumberOfFlowsNeedsANewDiscipline) {
  QdiscHost host;
  host.set_root({2,
                 0x10000,
                 top,
                 "fq_codel",
                 {{"flows", "1024"}, {"interval", "99999"}, {"limit", "10240"}, {"target", "4999"}},
                 {}});
  const std::string before = "fq_codel 1: flows 1024 interval 99999 limit 10240 target 4999";
  const Step step = link_step("qdisc", before, "fq_codel flows 4096");
  EXPECT_EQ(host.apply_step(step),
            "fq_codel 8001: flows 4096 interval 99999 limit 10240 target 4999");
  EXPECT_EQ(host.undo_step(step), before);
}

TEST(QdiscStep, ADisciplineThatCannotBePutBackIsADifferenceAndNothingIsWritten) {
  QdiscHost host;
  for (const char* kind : {"htb", "tbf", "cake", "prio"}) {
    host.set_root({2, 0x10000, top, kind, {}, {}});
    const std::string refused =
        host.apply_step(link_step("qdisc", std::string(kind) + " 1:", "fq"));
    EXPECT_THAT(refused, HasSubstr("eth0 qdisc: its root queueing discipline is " +
                                   std::string(kind) + " 1:, which weir cannot restore exactly"));
  }
  EXPECT_TRUE(host.fake.writes().empty());
}

TEST(QdiscStep, FiltersAreNotLost) {
  QdiscHost host;
  host.fake.state().filtered_links = {2};
  EXPECT_THAT(host.apply_step(link_step("qdisc", default_text, "fq")), HasSubstr("it has filters"));
  EXPECT_EQ(host.read(link_step("qdisc", "", "")), default_text);
}

TEST(QdiscStep, WithAnotherDefaultOfTheHostTheStepIsRefused) {
  QdiscHost host;
  host.fake.state().files[default_qdisc_path] = "fq\n";
  EXPECT_THAT(host.apply_step(link_step("qdisc", default_text, "fq")),
              HasSubstr("would make it a fq now (net.core.default_qdisc)"));
  host.fake.state().files.erase(default_qdisc_path);
  EXPECT_THAT(host.apply_step(link_step("qdisc", default_text, "fq")), HasSubstr("fq 8001:"))
      << "in a namespace it cannot be read";
}

TEST(QdiscStep, AChangedDefaultIsReportedWhenItIsPutBack) {
  QdiscHost host;
  const Step step = link_step("qdisc", default_text, "fq");
  host.apply_step(step);
  host.fake.state().default_roots[2] = {2, 0, top, "pfifo_fast", {}, {}};
  EXPECT_THAT(host.undo_step(step), HasSubstr(", but the kernel has pfifo_fast 0:"));
}

TEST(QdiscStep, AnInterfaceThatIsDownWaits) {
  QdiscHost host;
  host.link().up = false;
  EXPECT_THAT(host.apply_step(link_step("qdisc", default_text, "fq")),
              HasSubstr("the interface is down"));
}

TEST(QdiscStep, ADisciplineThatWeirCannotMakeIsRefused) {
  QdiscHost host;
  EXPECT_THAT(host.check(link_step("qdisc", default_text, "htb default 1")).error().message,
              HasSubstr("not a queueing discipline that weir can make"));
  EXPECT_THAT(host.check(link_step("qdisc", default_text, "fq flows 3")).error().message,
              HasSubstr("not an option of fq"));
}

TEST(QdiscStep, ADisciplineThatAnotherProgramMadeSinceStays) {
  QdiscHost host;
  const Step step = link_step("qdisc", default_text, "fq");
  host.apply_step(step);
  host.set_root({2, 0x20000, top, "pfifo_fast", {}, {}});
  const auto undone = host.undo(host.entry);
  ASSERT_TRUE(undone.ok());
  EXPECT_EQ(undone->entry.steps[0].state, StepState::left_alone);
  EXPECT_EQ(host.read(step), "pfifo_fast 2:");
}

TEST(TxqueuelenStep, IsAppliedAndUndone) {
  LinkHost host;
  const auto applied = host.apply(link_plan("txqueuelen", "1000", "5000"));
  ASSERT_TRUE(applied.ok()) << applied.error().message;
  ASSERT_TRUE(applied->succeeded) << applied->failure;
  EXPECT_EQ(host.link().transmit_length, 5000);
  EXPECT_EQ(host.fake.writes().back(), (kernel::FakeWrite{"link:2 txqueuelen", "5000", true}));
  ASSERT_TRUE(host.undo(applied->entry.id).ok());
  EXPECT_EQ(host.link().transmit_length, 1000);
}

TEST(TxqueuelenStep, AnInterfaceThatWasRenamedIsTheSame) {
  LinkHost host;
  const auto applied = host.apply(link_plan("txqueuelen", "1000", "5000"));
  host.link().name = "lan0";
  const auto undone = host.undo(applied->entry.id);
  ASSERT_TRUE(undone.ok() && undone->succeeded);
  EXPECT_EQ(host.link().transmit_length, 1000);
}

TEST(TxqueuelenStep, AnInterfaceWithAnotherAddressIsAnotherInterface) {
  LinkHost host;
  const auto applied = host.apply(link_plan("txqueuelen", "1000", "5000"));
  host.link().permanent_address = "52:54:00:00:00:99";
  const auto undone = host.undo(applied->entry.id);
  ASSERT_TRUE(undone.ok());
  EXPECT_EQ(undone->entry.state, EntryState::ended);
  EXPECT_EQ(host.link().transmit_length, 5000) << "it is not weir's to change";
}

TEST(TxqueuelenStep, AnAddressThatABondGaveChangesNothing) {
  LinkHost host;
  const auto applied = host.apply(link_plan("txqueuelen", "1000", "5000"));
  host.link().address = "02:00:00:00:00:01";
  const auto undone = host.undo(applied->entry.id);
  EXPECT_EQ(undone->entry.state, EntryState::undone);
  EXPECT_EQ(host.link().transmit_length, 1000);
}

TEST(TxqueuelenStep, AnInterfaceThatIsGoneIsADifferenceAndNothingIsWritten) {
  LinkHost host;
  host.fake.state().network_links.clear();
  const auto applied = host.apply(link_plan("txqueuelen", "1000", "5000"));
  ASSERT_FALSE(applied.ok());
  EXPECT_EQ(applied.error().code, ErrorCode::conflict);
  EXPECT_THAT(applied.error().message,
              HasSubstr("eth0 (index 2): this interface no longer exists"));
  EXPECT_TRUE(host.fake.writes().empty());
}

TEST(TxqueuelenStep, ATextThatIsNotALengthIsRefused) {
  LinkHost host;
  auto kernel = host.fake.kernel();
  const auto target = find_txqueuelen(link_target("txqueuelen"), kernel);
  ASSERT_TRUE(target.ok());
  for (const char* value : {"", "-1", "4294967296", "many"})
    EXPECT_EQ((*target)->check(value).error().code, ErrorCode::wrong_use) << value;
}

}  // namespace weir::act::qdisc_step_test
