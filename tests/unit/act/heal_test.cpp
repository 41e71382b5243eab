#include "act/heal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/act/fixture.h"

namespace weir::act::heal_test {

using ::testing::HasSubstr;

TEST(Heal, AnUnconfirmedEntryIsUndoneAfterItsDeadlineAndNotBefore) {
  Host host;
  host.options.confirm_within = seconds(30);
  const std::int64_t id = host.apply(make_plan())->entry.id;
  EXPECT_TRUE(host.heal().outcomes.empty());
  EXPECT_EQ(live_values(host.fake), new_values());
  host.fake.state().boot_time = seconds(1031);
  EXPECT_EQ(host.heal().outcomes.size(), 1U);
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_EQ(host.journal.entry(id)->state, EntryState::undone);
  EXPECT_EQ(host.journal.entry(id)->note, "it was not confirmed in time");
}

TEST(Heal, IsIdempotent) {
  Host host;
  host.options.confirm_within = seconds(30);
  ASSERT_TRUE(host.apply(make_plan()).ok());
  host.fake.state().boot_time = seconds(1031);
  ASSERT_EQ(host.heal().outcomes.size(), 1U);
  const std::size_t writes = host.fake.writes().size();
  const Healed again = host.heal();
  EXPECT_TRUE(again.outcomes.empty());
  EXPECT_TRUE(again.failures.empty());
  EXPECT_EQ(host.fake.writes().size(), writes);
}

/// A weir was killed right after it wrote somaxconn, and the kernel stored `live`. Returns the
/// value after the healing.
std::string heal_half_written(const std::string& live) {
  Host host;
  store::NewEntry entry;
  entry.applier = {999'999, 1};
  const std::int64_t id = host.journal.create(make_plan(), entry).value();
  EXPECT_TRUE(host.journal.move_entry(id, EntryState::planned, EntryState::applying).ok());
  EXPECT_TRUE(host.journal.intend_step(id, 0, "128").ok());
  host.fake.state().files[somaxconn_path] = live + "\n";
  EXPECT_EQ(host.heal().outcomes.size(), 1U);
  return live_values(host.fake).front();
}

TEST(Heal, ARoundedValueOfAHalfWrittenStepIsPutBack) {
  EXPECT_EQ(heal_half_written("4096"), "128");
  EXPECT_EQ(heal_half_written("4100"), "128");
}

TEST(Heal, AForeignValueOfAHalfWrittenStepStays) {
  EXPECT_EQ(heal_half_written("5000"), "5000");
  EXPECT_EQ(heal_half_written("4096 1"), "4096 1");
}

/// The namespace ends. The next namespace gets its number and, by chance, the values that weir
/// wrote.
void replace_namespace(Host& host) { host.fake.state().namespace_cookie = 8; }

TEST(Heal, ANewNamespaceThatReusesAnOldInodeIsNotTouched) {
  Host host;
  host.fake.state().namespace_cookie = 7;
  host.options.confirm_within = seconds(30);
  const std::int64_t id = host.apply(make_plan())->entry.id;
  replace_namespace(host);
  host.fake.state().boot_time = seconds(1031);
  EXPECT_EQ(host.heal().outcomes.size(), 1U);
  EXPECT_EQ(host.journal.entry(id)->state, EntryState::ended);
  EXPECT_EQ(live_values(host.fake), new_values());
}

TEST(UndoEntry, ANewNamespaceThatReusesAnOldInodeIsNotTouched) {
  Host host;
  host.fake.state().namespace_cookie = 7;
  const std::int64_t id = host.apply(make_plan())->entry.id;
  replace_namespace(host);
  kernel::Kernel kernel = host.fake.kernel();
  const auto outcome = undo_entry(id, host.journal, kernel, only(host.fake));
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->entry.state, EntryState::ended);
  EXPECT_EQ(live_values(host.fake), new_values());
}

TEST(Heal, AConfirmedEntryStays) {
  Host host;
  ASSERT_TRUE(host.apply(make_plan()).ok());
  host.fake.state().boot_time = seconds(100000);
  EXPECT_TRUE(host.heal().outcomes.empty());
  EXPECT_EQ(live_values(host.fake), new_values());
}

/// An entry that stopped after the write of its first step and before the write of its second.
std::int64_t stop_half_way(Host& host) {
  store::NewEntry entry;
  entry.applier = {4321, 99};
  const std::int64_t id = host.journal.create(make_plan(), entry).value();
  EXPECT_TRUE(host.journal.move_entry(id, EntryState::planned, EntryState::applying).ok());
  EXPECT_TRUE(host.journal.intend_step(id, 0, "128").ok());
  host.fake.state().files[somaxconn_path] = "4096\n";
  EXPECT_TRUE(host.journal.intend_step(id, 1, "256").ok());
  return id;
}

void add_applier(Host& host, std::int64_t start_time, char state = 'S') {
  std::string text = std::string("4321 (we) ir) ") + state;
  for (int field = 4; field < 22; ++field) text += " 0";
  host.fake.state().files["/proc/4321/stat"] = text + " " + std::to_string(start_time) + " 0 0\n";
}

TEST(Heal, AHalfAppliedPlanOfADeadProcessIsUndone) {
  Host host;
  const std::int64_t id = stop_half_way(host);
  ASSERT_EQ(host.heal().outcomes.size(), 1U);
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_EQ(host.journal.state(id).value(), EntryState::undone);
}

TEST(Heal, ALivingApplierIsLeftAlone) {
  Host host;
  const std::int64_t id = stop_half_way(host);
  add_applier(host, 99);
  EXPECT_TRUE(host.heal().outcomes.empty());
  EXPECT_EQ(host.journal.state(id).value(), EntryState::applying);
}

TEST(Heal, AnotherProcessWithTheSamePidOrAZombieIsNotTheApplier) {
  for (const auto& [start, state] : {std::pair<std::int64_t, char>{100, 'S'}, {99, 'Z'}}) {
    Host host;
    stop_half_way(host);
    add_applier(host, start, state);
    EXPECT_EQ(host.heal().outcomes.size(), 1U);
    EXPECT_EQ(live_values(host.fake), old_values());
  }
}

TEST(Heal, EntriesOfAnotherBootHaveEndedAndNothingIsWritten) {
  Host host;
  const std::int64_t half = stop_half_way(host);
  host.fake.state().files["/proc/sys/kernel/random/boot_id"] = "boot-2\n";
  ASSERT_EQ(host.heal().outcomes.size(), 1U);
  EXPECT_TRUE(host.fake.writes().empty());
  EXPECT_EQ(host.journal.entry(half)->state, EntryState::ended);
  EXPECT_THAT(host.journal.entry(half)->note, HasSubstr("booted since"));
}

TEST(Heal, AnEntryWhoseNamespaceIsGoneHasEnded) {
  Host host;
  const std::int64_t id = stop_half_way(host);
  host.fake.state().links["/proc/thread-self/ns/net"] = "net:[5]";
  ASSERT_EQ(host.heal().outcomes.size(), 1U);
  EXPECT_EQ(host.journal.entry(id)->state, EntryState::ended);
  EXPECT_TRUE(host.fake.writes().empty());
}

TEST(Heal, ANamespaceWhoseNameIsGoneIsFoundThroughAProcessInIt) {
  Host host;
  const std::int64_t id = stop_half_way(host);
  kernel::FakeKernel own;
  furnish(own);
  own.state().links["/proc/thread-self/ns/net"] = "net:[5]";
  own.state().links["/proc/700/ns/net"] = "net:[" + std::to_string(test_netns) + "]";
  const WithKernel with_kernel =
      [&](const std::string& path,
          const std::function<Status(kernel::Kernel&)>& function) -> Status {
    if (!path.empty() && path != "/proc/700/ns/net")
      return make_error(ErrorCode::not_found, path + " is not there");
    kernel::Kernel kernel = path.empty() ? own.kernel() : host.fake.kernel();
    return function(kernel);
  };
  kernel::Kernel kernel = own.kernel();
  const auto healed = heal(host.journal, kernel, with_kernel);
  ASSERT_TRUE(healed.ok());
  EXPECT_EQ(host.journal.state(id).value(), EntryState::undone);
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_TRUE(own.writes().empty());
}

TEST(UndoEntry, FindsTheEntrysNamespaceAndEndsEntriesWithoutOne) {
  Host host;
  host.options.netns_path = "/run/netns/x";
  const std::int64_t id = host.apply(make_plan())->entry.id;
  kernel::FakeKernel own;
  furnish(own);
  own.state().links["/proc/thread-self/ns/net"] = "net:[5]";
  bool named = true;
  const WithKernel with_kernel =
      [&](const std::string& path,
          const std::function<Status(kernel::Kernel&)>& function) -> Status {
    if (!path.empty() && (!named || path != "/run/netns/x"))
      return make_error(ErrorCode::not_found, path + " is not there");
    kernel::Kernel kernel = path.empty() ? own.kernel() : host.fake.kernel();
    return function(kernel);
  };
  kernel::Kernel kernel = own.kernel();
  ASSERT_TRUE(undo_entry(id, host.journal, kernel, with_kernel).ok());
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_EQ(host.journal.state(id).value(), EntryState::undone);

  const std::int64_t second = host.apply(make_plan())->entry.id;
  named = false;
  const auto outcome = undo_entry(second, host.journal, kernel, with_kernel);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->entry.state, EntryState::ended);
  EXPECT_THAT(outcome->entry.note, HasSubstr("/run/netns/x) is gone"));
  EXPECT_TRUE(own.writes().empty());
  EXPECT_THAT(undo_entry(second, host.journal, kernel, with_kernel).error().message,
              HasSubstr("what it changed is gone"));
}

}  // namespace weir::act::heal_test
