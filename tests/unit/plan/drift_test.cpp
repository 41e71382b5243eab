#include "plan/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::plan::drift_test {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint64_t netns = 4026531840;

Provenance first_namespace() {
  Provenance here;
  here.place.boot_id = "boot-1";
  here.place.netns = netns;
  here.initial_netns = true;
  return here;
}

Step sysctl(const std::string& name, const std::string& wanted) {
  Step step;
  step.target = SysctlTarget{name};
  step.wanted = wanted;
  return step;
}

Step listener(std::uint64_t cookie, const std::string& wanted) {
  ListenerTarget target;
  target.cookie = cookie;
  target.name = "0.0.0.0:80";
  Step step;
  step.target = target;
  step.wanted = wanted;
  return step;
}

/// As the journal keeps an entry: its boot and namespace are those of its plan.
void bind(AppliedPlan& applied, const Provenance& where) {
  applied.plan.binding = make_binding(where);
  applied.entry.place = where.place;
}

Provenance first_namespace_of(const std::string& boot) {
  Provenance there = first_namespace();
  there.place.boot_id = boot;
  return there;
}

Provenance another_namespace() {
  Provenance other = first_namespace();
  other.place.netns = 7;
  other.initial_netns = false;
  return other;
}

/// An applied entry; each of its steps had the old value 128.
AppliedPlan applied(std::int64_t id, std::vector<Step> steps,
                    EntryState state = EntryState::confirmed,
                    std::optional<PersistState> persist = std::nullopt) {
  AppliedPlan made;
  made.entry.id = id;
  made.entry.state = state;
  for (const Step& step : steps)
    made.entry.steps.push_back({step_kind(step), step_target_name(step), "", step.wanted, "128",
                                StepState::done, "", persist});
  made.plan.steps = std::move(steps);
  bind(made, first_namespace());
  return made;
}

Snapshot snapshot_here() {
  Snapshot snapshot;
  snapshot.provenance = first_namespace();
  return snapshot;
}

BootConfiguration debian(std::vector<ConfigLine> lines = {}) {
  return {std::move(lines), true, true, true, {}};
}

DriftRow row_of(const AppliedPlan& entry, const std::optional<std::string>& live,
                const BootConfiguration& boot = debian(),
                const Snapshot& snapshot = snapshot_here()) {
  const Drift drift =
      compute_drift(collect_claims({entry}, first_namespace()), {live}, snapshot, boot);
  return drift.rows.size() == 1 ? drift.rows[0] : DriftRow{};
}

const AppliedPlan somaxconn = applied(3, {sysctl("net.core.somaxconn", "4096")});
const AppliedPlan kept =
    applied(3, {sysctl("net.core.somaxconn", "4096")}, EntryState::confirmed, PersistState::wanted);
const ConfigLine own_line{"/etc/sysctl.d/99-weir.conf", 4, "net.core.somaxconn", "4096", false};

// ---- who set the value

TEST(Drift, AnUnchangedValueIsNotDrift) {
  const DriftRow row = row_of(somaxconn, "4096");
  EXPECT_EQ(row.now, Ahead::weir);
  EXPECT_FALSE(is_drifted(row));
  EXPECT_EQ(row.entry, 3);
  EXPECT_EQ(row.target, "net.core.somaxconn");
}

TEST(Drift, TheOldValueDiffersFromAForeignValue) {
  EXPECT_EQ(row_of(somaxconn, "128").now, Ahead::before);
  EXPECT_EQ(row_of(somaxconn, "777").now, Ahead::somebody);
  EXPECT_TRUE(is_drifted(row_of(somaxconn, "777")));
}

TEST(Drift, AFileThatWasLoadedAgainIsNamedWithItsLine) {
  const DriftRow row =
      row_of(somaxconn, "511",
             debian({{"/etc/sysctl.d/50-web.conf", 7, "net.core.somaxconn", "511", false}}));
  EXPECT_EQ(row.now, Ahead::configuration);
  ASSERT_TRUE(row.configured);
  EXPECT_EQ(row.configured->file, "/etc/sysctl.d/50-web.conf");
  EXPECT_EQ(row.configured->line, 7);
}

TEST(Drift, WordsAreComparedWithoutTheirBlanks) {
  EXPECT_EQ(row_of(applied(1, {sysctl("net.ipv4.tcp_rmem", "4096 131072 6291456")}),
                   "4096\t131072\t6291456")
                .now,
            Ahead::weir);
}

TEST(Drift, ASettingThatIsGoneIsDrift) {
  EXPECT_EQ(row_of(somaxconn, std::nullopt).now, Ahead::gone);
  EXPECT_TRUE(is_drifted(row_of(somaxconn, std::nullopt)));
}

// ---- the next boot

TEST(Drift, AValueThatWasNotPersistedDoesNotLoseAtTheNextBoot) {
  const DriftRow row =
      row_of(somaxconn, "4096",
             debian({{"/etc/sysctl.d/50-web.conf", 7, "net.core.somaxconn", "511", false}}));
  EXPECT_FALSE(is_drifted(row));
  EXPECT_EQ(row.configured->value, "511") << "but it is shown";
}

TEST(Drift, ALineInTheFileWinsTheNextBoot) {
  EXPECT_FALSE(is_drifted(row_of(kept, "4096", debian({own_line}))));
  EXPECT_FALSE(is_drifted(row_of(
      kept, "4096",
      debian({own_line, {"/etc/sysctl.d/99-zz.conf", 1, "net.core.somaxconn", "4096", false}}))))
      << "the same value";
}

TEST(Drift, ALaterFileOrAMissingLineLosesTheNextBoot) {
  EXPECT_TRUE(row_of(kept, "4096",
                     debian({own_line,
                             {"/etc/sysctl.d/99-zz.conf", 1, "net.core.somaxconn", "511", false}}))
                  .loses_at_boot);
  EXPECT_TRUE(row_of(kept, "4096", debian()).loses_at_boot);
}

TEST(Drift, TheHostsOwnReaderDecides) {
  const std::vector<ConfigLine> lines{own_line,
                                      {"/etc/sysctl.conf", 2, "net.core.somaxconn", "511", false}};
  EXPECT_FALSE(is_drifted(row_of(kept, "4096", debian(lines))))
      << "systemd does not read sysctl.conf";
  const BootConfiguration procps{lines, false, true, false, {}};
  EXPECT_TRUE(row_of(kept, "4096", procps).loses_at_boot);
}

TEST(Drift, SystemdIgnoresSysctlConfWithoutALink) {
  EXPECT_EQ(row_of(somaxconn, "4096",
                   debian({{"/etc/sysctl.conf", 2, "net.core.somaxconn", "511", false}}))
                .configured,
            std::nullopt);
}

TEST(Drift, InAnotherNamespaceTheFilesBelowEtcSayNothing) {
  Snapshot snapshot = snapshot_here();
  snapshot.provenance.initial_netns = false;
  BootConfiguration boot = debian({own_line});
  boot.not_seen = {{Subject::configuration, "a file", "why"}};
  const Drift drift =
      compute_drift(collect_claims({somaxconn}, snapshot.provenance), {"4096"}, snapshot, boot);
  ASSERT_THAT(drift.rows, SizeIs(1));
  EXPECT_EQ(drift.rows[0].configured, std::nullopt);
  EXPECT_THAT(drift.not_seen, IsEmpty());
}

// ---- listeners

Listener listening(std::uint64_t cookie, std::int64_t backlog, std::int64_t port = 80) {
  Listener made;
  made.address = "0.0.0.0";
  made.port = port;
  made.cookie = cookie;
  made.backlog = backlog;
  return made;
}

DriftRow listener_row(const std::optional<std::string>& live, std::vector<Listener> listeners) {
  Snapshot snapshot = snapshot_here();
  snapshot.sockets.listeners = std::move(listeners);
  return row_of(applied(3, {listener(77, "2048")}), live, debian(), snapshot);
}

TEST(Drift, AListenerThatCallsListenAgainHasItsOwnBacklog) {
  EXPECT_EQ(listener_row("128", {listening(77, 128)}).now, Ahead::before);
  EXPECT_EQ(listener_row("2048", {listening(77, 2048)}).now, Ahead::weir);
}

TEST(Drift, ARecreatedListenerIsReportedWithItsBacklog) {
  const DriftRow row = listener_row(std::nullopt, {listening(90, 511)});
  EXPECT_EQ(row.now, Ahead::anew);
  EXPECT_EQ(row.live, "511");
}

TEST(Drift, ANewListenerWithTheSameBacklogIsNotDrift) {
  EXPECT_FALSE(is_drifted(listener_row(std::nullopt, {listening(90, 2048)})));
}

TEST(Drift, AListenerOfAnotherPortIsNotTheSuccessor) {
  EXPECT_EQ(listener_row(std::nullopt, {listening(90, 511, 8080)}).now, Ahead::gone);
}

// ---- the values that weir claims

TEST(DriftClaims, OnlyAppliedEntriesAreClaimed) {
  for (const EntryState state : {EntryState::planned, EntryState::applying, EntryState::undoing,
                                 EntryState::undone, EntryState::failed, EntryState::ended})
    EXPECT_THAT(
        collect_claims({applied(1, {sysctl("net.core.somaxconn", "1")}, state)}, first_namespace())
            .claims,
        IsEmpty())
        << entry_state_id(state);
  EXPECT_THAT(
      collect_claims({applied(1, {sysctl("net.core.somaxconn", "1")}, EntryState::unconfirmed)},
                     first_namespace())
          .claims,
      SizeIs(1));
}

TEST(DriftClaims, TheLastEntryOnATargetCounts) {
  const auto claims = collect_claims({applied(2, {sysctl("a.b", "2")}),
                                      applied(1, {sysctl("a.b", "1"), sysctl("a.c", "3")})},
                                     first_namespace())
                          .claims;
  ASSERT_THAT(claims, SizeIs(2));
  EXPECT_EQ(step_target_name(claims[0].step), "a.c");
  EXPECT_EQ(claims[1].entry, 2);
  EXPECT_EQ(claims[1].step.wanted, "2");
}

TEST(DriftClaims, LinesOfAnEarlierBootAreClaimedInTheFirstNamespaceAlone) {
  AppliedPlan earlier = applied(1, {sysctl("a.b", "1")}, EntryState::ended, PersistState::wanted);
  bind(earlier, first_namespace_of("boot-0"));
  const auto claims = collect_claims({earlier}, first_namespace());
  ASSERT_THAT(claims.claims, SizeIs(1));
  EXPECT_TRUE(claims.claims[0].persisted);
  EXPECT_THAT(collect_claims({earlier}, another_namespace()).claims, IsEmpty());
}

TEST(DriftClaims, EntriesOfOtherNamespacesAreCountedAndEntriesOfOtherBootsAreNot) {
  AppliedPlan elsewhere = applied(1, {sysctl("a.b", "1")});
  bind(elsewhere, another_namespace());
  AppliedPlan earlier = applied(2, {sysctl("a.b", "1")});
  bind(earlier, first_namespace_of("boot-0"));
  const auto claims = collect_claims({earlier, elsewhere}, first_namespace());
  EXPECT_THAT(claims.claims, IsEmpty());
  EXPECT_EQ(claims.elsewhere, 1);
}

TEST(DriftClaims, ANamespaceThatReusesTheInodeIsAnotherNamespace) {
  AppliedPlan old = applied(1, {sysctl("a.b", "1")});
  old.entry.place.netns_cookie = 5;
  Provenance here = first_namespace();
  here.place.netns_cookie = 6;
  EXPECT_THAT(collect_claims({old}, here).claims, IsEmpty());
  here.place.netns_cookie = 5;
  EXPECT_THAT(collect_claims({old}, here).claims, SizeIs(1));
}

}  // namespace weir::plan::drift_test
