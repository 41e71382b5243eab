#include "store/journal.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weir::store::journal_test {

using ::testing::HasSubstr;

/// A state folder that does not exist yet, in a folder that is removed with the test.
class JournalTest : public ::testing::Test {
 protected:
  JournalTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weir-store-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    parent_ = pattern;
  }
  ~JournalTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(parent_, ignored);
  }

  [[nodiscard]] std::string folder() const { return parent_ + "/weir"; }
  [[nodiscard]] std::string file() const { return folder() + "/journal.db"; }
  Journal open(Journal::Access access = Journal::Access::write) {
    auto journal = Journal::open(folder(), access);
    EXPECT_TRUE(journal.ok()) << journal.error().message;
    return std::move(journal).value();
  }
  Error open_error(Journal::Access access = Journal::Access::write) {
    auto journal = Journal::open(folder(), access);
    EXPECT_FALSE(journal.ok());
    return journal.ok() ? Error{} : journal.error();
  }
  void write_file(const std::string& bytes) {
    std::filesystem::create_directories(folder());
    std::ofstream(file(), std::ios::binary) << bytes;
  }
  [[nodiscard]] std::string read_file() const {
    std::ifstream stream(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  /// Runs SQL on the file, like another program.
  void run_sql(const std::string& sql) {
    std::filesystem::create_directories(folder());
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &handle), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }

  std::string parent_;
};

Plan make_plan() {
  Plan plan;
  plan.binding = {{"c0ffee", "boot-1", 0xFFFF'FFFF'FFFF'FFF0}, "6.1.0"};
  plan.weir_version = "0.1.0";
  plan.notes = {"a note with \"quotes\" and \xc3\xbc"};
  Step step;
  step.target = SysctlTarget{"net.core.somaxconn"};
  step.expected = "128";
  step.wanted = "4096";
  step.finding = "accept-queue.somaxconn";
  plan.steps.push_back(step);
  ListenerTarget target;
  target.cookie = 77;
  target.name = "0.0.0.0:80";
  target.owners = {{812, 6}};
  step.target = target;
  plan.steps.push_back(step);
  return plan;
}

NewEntry make_entry() {
  return {Nanoseconds{1'700'000'000'000'000'000}, "/run/netns/x", seconds(30), {4321, 99}};
}

TEST_F(JournalTest, AnEntryReadsBackAsItWasWrittenAlsoByALaterProcess) {
  std::int64_t id = 0;
  {
    Journal journal = open();
    id = journal.create(make_plan(), make_entry()).value();
    ASSERT_TRUE(journal.move_entry(id, EntryState::planned, EntryState::applying).ok());
    ASSERT_TRUE(journal.intend_step(id, 0, "128").ok());
    ASSERT_TRUE(journal.complete_step(id, 0).ok());
  }
  Journal journal = open(Journal::Access::read);
  const HistoryEntry entry = journal.entry(id).value();
  EXPECT_EQ(entry.created.count, 1'700'000'000'000'000'000);
  EXPECT_EQ(entry.place.netns, 0xFFFF'FFFF'FFFF'FFF0);
  EXPECT_EQ(entry.netns_path, "/run/netns/x");
  EXPECT_EQ(entry.place.boot_id, "boot-1");
  EXPECT_EQ(entry.place.machine_id, "c0ffee");
  EXPECT_EQ(entry.weir_version, "0.1.0");
  EXPECT_EQ(entry.deadline, seconds(30));
  EXPECT_EQ(entry.applier, (ProcessIdentity{4321, 99}));
  EXPECT_EQ(entry.state, EntryState::applying);
  ASSERT_EQ(entry.steps.size(), 2U);
  EXPECT_EQ(entry.steps[0].old_value, "128");
  EXPECT_EQ(entry.steps[0].state, StepState::done);
  EXPECT_EQ(entry.steps[1].kind, StepKind::listener);
  EXPECT_EQ(entry.steps[1].target, "0.0.0.0:80");
  EXPECT_EQ(entry.steps[1].old_value, std::nullopt);
  const Plan plan = journal.plan(id).value();
  EXPECT_EQ(plan.notes, make_plan().notes);
  EXPECT_EQ(std::get<ListenerTarget>(plan.steps[1].target).owners, (std::vector<Owner>{{812, 6}}));
}

TEST_F(JournalTest, OnlySysctlsArePersistedAndOnlyOnRequest) {
  Journal journal = open();
  NewEntry persistent = make_entry();
  persistent.persist = true;
  ASSERT_TRUE(journal.create(make_plan(), persistent).ok());
  ASSERT_TRUE(journal.create(make_plan(), make_entry()).ok());
  EXPECT_EQ(journal.entry(1)->steps[0].persist, PersistState::asked);
  EXPECT_EQ(journal.entry(1)->steps[1].persist, std::nullopt);
  EXPECT_EQ(journal.entry(2)->steps[0].persist, std::nullopt);
}

TEST_F(JournalTest, LinesFollowTheirEntryInTheSameTransaction) {
  Journal journal = open();
  NewEntry persistent = make_entry();
  persistent.persist = true;
  const auto line = [&](std::int64_t id) { return journal.entry(id)->steps[0].persist; };
  ASSERT_TRUE(journal.create(make_plan(), persistent).ok());
  ASSERT_TRUE(journal.move_entry(1, EntryState::planned, EntryState::applying).ok());
  ASSERT_TRUE(journal.move_entry(1, EntryState::applying, EntryState::confirmed).ok());
  EXPECT_EQ(line(1), PersistState::asked);
  ASSERT_TRUE(journal.move_lines(1, PersistState::asked, PersistState::wanted).ok());
  ASSERT_TRUE(journal.move_entry(1, EntryState::confirmed, EntryState::undoing).ok());
  EXPECT_EQ(line(1), PersistState::leaving);
  ASSERT_TRUE(journal.move_entry(1, EntryState::undoing, EntryState::undone).ok());
  EXPECT_EQ(line(1), PersistState::leaving) << "still to be taken out";

  ASSERT_TRUE(journal.create(make_plan(), persistent).ok());
  ASSERT_TRUE(journal.move_entry(2, EntryState::planned, EntryState::undone).ok());
  EXPECT_EQ(line(2), PersistState::dropped);

  ASSERT_TRUE(journal.create(make_plan(), persistent).ok());
  ASSERT_TRUE(journal.move_lines(3, PersistState::asked, PersistState::wanted).ok());
  ASSERT_TRUE(journal.move_entry(3, EntryState::planned, EntryState::ended).ok());
  EXPECT_EQ(line(3), PersistState::wanted) << "it outlives the boot";
}

TEST_F(JournalTest, AFileIsKnownInBothItsTextsUntilItIsSettled) {
  Journal journal = open();
  ASSERT_TRUE(journal.intend_file({"/etc/a", "new", "old"}).ok());
  EXPECT_EQ(journal.written_files()->at(0).text, "new");
  EXPECT_EQ(journal.written_files()->at(0).previous, "old");
  ASSERT_TRUE(journal.settle_file("/etc/a").ok());
  EXPECT_EQ(journal.written_files()->at(0).previous, std::nullopt);
  ASSERT_TRUE(journal.intend_file({"/etc/a", "newer", std::nullopt}).ok());
  ASSERT_EQ(journal.written_files()->size(), 1U);
  EXPECT_EQ(journal.written_files()->at(0).text, "newer");
}

TEST_F(JournalTest, AStepOfAKindThatOnlyANewerWeirKnowsHidesNoOtherEntry) {
  {
    Journal journal = open();
    ASSERT_TRUE(journal.create(make_plan(), make_entry()).ok());
    ASSERT_TRUE(journal.create(make_plan(), make_entry()).ok());
  }
  run_sql("UPDATE step SET kind = 'bond', target = 'bond0' WHERE entry = 2 AND number = 1");
  Journal journal = open();
  const auto entries = journal.entries();
  ASSERT_TRUE(entries.ok()) << entries.error().message;
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_EQ(entries->at(0).steps.at(1).kind, std::nullopt);
  EXPECT_EQ(entries->at(0).steps.at(1).target, "bond0");
  EXPECT_EQ(entries->at(1).steps.at(1).kind, StepKind::listener);
}

/// The schema that weir 0.1.0 wrote, with one entry.
constexpr const char* first_schema = R"sql(
CREATE TABLE entry(id INTEGER PRIMARY KEY AUTOINCREMENT, plan TEXT NOT NULL,
  created INTEGER NOT NULL, weir_version TEXT NOT NULL, machine_id TEXT NOT NULL,
  boot_id TEXT NOT NULL, netns INTEGER NOT NULL, netns_path TEXT NOT NULL, state TEXT NOT NULL,
  deadline INTEGER, applier_pid INTEGER NOT NULL, applier_start INTEGER NOT NULL,
  note TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE step(entry INTEGER NOT NULL REFERENCES entry(id) ON DELETE CASCADE,
  number INTEGER NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, finding TEXT NOT NULL,
  wanted TEXT NOT NULL, old TEXT, state TEXT NOT NULL DEFAULT 'pending',
  note TEXT NOT NULL DEFAULT '', PRIMARY KEY(entry, number)) STRICT, WITHOUT ROWID;
INSERT INTO entry(plan, created, weir_version, machine_id, boot_id, netns, netns_path, state,
                  applier_pid, applier_start)
  VALUES('{}', 5, '0.1.0', 'c0ffee', 'boot-1', 7, '', 'confirmed', 1, 2);
INSERT INTO step(entry, number, kind, target, finding, wanted, old, state)
  VALUES(1, 0, 'sysctl', 'net.core.somaxconn', 'f', '4096', '128', 'done');
PRAGMA application_id = 0x77656972;
PRAGMA user_version = 1;
)sql";

TEST_F(JournalTest, AJournalOfTheFirstSchemaIsReadWithoutBeingChanged) {
  run_sql(first_schema);
  const std::string before = read_file();
  {
    Journal journal = open(Journal::Access::read);
    const HistoryEntry entry = journal.entries()->at(0);
    EXPECT_EQ(entry.state, EntryState::confirmed);
    EXPECT_EQ(entry.steps.at(0).kind, StepKind::sysctl);
    EXPECT_EQ(entry.steps.at(0).old_value, "128");
    EXPECT_EQ(entry.steps.at(0).persist, std::nullopt);
    EXPECT_TRUE(journal.written_files()->empty());
  }
  EXPECT_EQ(read_file(), before);
}

TEST_F(JournalTest, AJournalOfTheFirstSchemaIsMigratedByAWriterAndKeepsItsEntries) {
  run_sql(first_schema);
  {
    Journal journal = open();
    EXPECT_EQ(journal.entry(1)->steps.at(0).wanted, "4096");
    ASSERT_TRUE(journal.move_entry(1, EntryState::confirmed, EntryState::undoing).ok());
    EXPECT_EQ(journal.entry(1)->steps.at(0).persist, std::nullopt);
    ASSERT_TRUE(journal.create(make_plan(), make_entry()).ok());
    ASSERT_TRUE(journal.intend_file({"/etc/a", "text", std::nullopt}).ok());
  }
  Journal again = open();
  EXPECT_EQ(again.entries()->size(), 2U);
  EXPECT_EQ(again.written_files()->size(), 1U);
}

TEST_F(JournalTest, AnUnknownStateOfALineIsNotConfusedWithAnother) {
  NewEntry persistent = make_entry();
  persistent.persist = true;
  ASSERT_TRUE(open().create(make_plan(), persistent).ok());
  run_sql("UPDATE step SET persist = 'half' WHERE number = 0");
  EXPECT_THAT(
      open().entry(1).error().message,
      HasSubstr("a line of entry 1 is in the state \"half\", which this weir does not know"));
}

TEST_F(JournalTest, EntriesComeTheNewestFirst) {
  Journal journal = open();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(journal.create(make_plan(), make_entry()).ok());
  const auto entries = journal.entries().value();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].id, 3);
  EXPECT_EQ(entries[2].id, 1);
}

TEST_F(JournalTest, AnEntryIsMovedOnlyFromTheStateThatTheCallerSaw) {
  Journal journal = open();
  const std::int64_t id = journal.create(make_plan(), make_entry()).value();
  ASSERT_TRUE(journal.move_entry(id, EntryState::planned, EntryState::applying).ok());
  const Status late = journal.move_entry(id, EntryState::planned, EntryState::undone);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, ErrorCode::conflict);
  EXPECT_EQ(late.error().message, "entry 1 is already applying (it was planned)");
  EXPECT_EQ(journal.state(id).value(), EntryState::applying);
}

TEST_F(JournalTest, TheOutcomeOfTheStepsIsRecordedWithTheEntryOrNotAtAll) {
  Journal journal = open();
  const std::int64_t id = journal.create(make_plan(), make_entry()).value();
  ASSERT_TRUE(journal.move_entry(id, EntryState::planned, EntryState::applying).ok());
  const std::vector<StepChange> steps{{0, StepState::undone, ""},
                                      {1, StepState::left_alone, "is 7 by now"}};
  EXPECT_EQ(journal.move_entry(id, EntryState::unconfirmed, EntryState::undone, "late", steps)
                .error()
                .code,
            ErrorCode::conflict);
  EXPECT_EQ(journal.entry(id)->steps[0].state, StepState::pending);
  ASSERT_TRUE(
      journal.move_entry(id, EntryState::applying, EntryState::partly_undone, "why", steps).ok());
  const HistoryEntry entry = journal.entry(id).value();
  EXPECT_EQ(entry.state, EntryState::partly_undone);
  EXPECT_EQ(entry.note, "why");
  EXPECT_EQ(entry.steps[0].state, StepState::undone);
  EXPECT_EQ(entry.steps[1].state, StepState::left_alone);
  EXPECT_EQ(entry.steps[1].note, "is 7 by now");
}

TEST_F(JournalTest, AStepIsDoneOnlyWhileItsEntryIsApplied) {
  Journal journal = open();
  const std::int64_t id = journal.create(make_plan(), make_entry()).value();
  ASSERT_TRUE(journal.move_entry(id, EntryState::planned, EntryState::applying).ok());
  ASSERT_TRUE(journal.intend_step(id, 0, "128").ok());
  ASSERT_TRUE(journal.move_entry(id, EntryState::applying, EntryState::undone).ok());
  const Status late = journal.complete_step(id, 0);
  EXPECT_EQ(late.error().code, ErrorCode::conflict);
  EXPECT_EQ(late.error().message, "another weir is undoing entry 1 or has undone it");
  EXPECT_EQ(journal.entry(id)->steps[0].state, StepState::intended);
}

TEST_F(JournalTest, AStepIsIntendedOnceAndOnlyWhileItsEntryIsApplied) {
  Journal journal = open();
  const std::int64_t id = journal.create(make_plan(), make_entry()).value();
  EXPECT_EQ(journal.intend_step(id, 0, "1").error().code, ErrorCode::conflict);
  ASSERT_TRUE(journal.move_entry(id, EntryState::planned, EntryState::applying).ok());
  EXPECT_TRUE(journal.intend_step(id, 0, "128").ok());
  EXPECT_EQ(journal.intend_step(id, 0, "4096").error().code, ErrorCode::conflict);
  EXPECT_EQ(journal.entry(id)->steps[0].old_value, "128");
}

TEST_F(JournalTest, SideValuesAreKeptWithTheOldValueAndFinishedWithTheStep) {
  Journal journal = open();
  const std::int64_t id = journal.create(make_plan(), make_entry()).value();
  ASSERT_TRUE(journal.move_entry(id, EntryState::planned, EntryState::applying).ok());
  OldValue old{
      "128",
      {{SysctlTarget{"net.ipv4.conf.eth0.forwarding", 2, "52:54:00:00:00:02"}, "1", std::nullopt}}};
  ASSERT_TRUE(journal.intend_step(id, 0, format_old_value(old)).ok());
  EXPECT_EQ(journal.entry(id)->steps[0].old_value, "128");
  EXPECT_EQ(journal.entry(id)->steps[0].sides, old.sides);
  old.sides[0].after = "0";
  ASSERT_TRUE(journal.complete_step(id, 0, format_old_value(old)).ok());
  EXPECT_EQ(journal.entry(id)->steps[0].state, StepState::done);
  EXPECT_EQ(journal.entry(id)->steps[0].sides, old.sides);
  EXPECT_EQ(journal.complete_step(id, 7, "1").error().code, ErrorCode::conflict);
}

TEST_F(JournalTest, AnUnknownStateIsNotConfusedWithAnother) {
  ASSERT_TRUE(open().create(make_plan(), make_entry()).ok());
  run_sql("UPDATE step SET state = 'half' WHERE number = 1");
  Journal journal = open();
  EXPECT_THAT(journal.entry(1).error().message,
              HasSubstr("in the state \"half\", which this weir does not know"));
  EXPECT_EQ(journal.entries().error().code, ErrorCode::malformed);
  run_sql("UPDATE step SET state = 'done'; UPDATE entry SET state = 'paused'");
  EXPECT_THAT(journal.entry(1).error().message, HasSubstr("in the state \"paused\""));
  EXPECT_EQ(journal.state(1).error().code, ErrorCode::malformed);
}

TEST_F(JournalTest, ANoteStaysUntilAnotherNoteReplacesIt) {
  Journal journal = open();
  const std::int64_t id = journal.create(make_plan(), make_entry()).value();
  ASSERT_TRUE(journal.move_entry(id, EntryState::planned, EntryState::applying, "why").ok());
  ASSERT_TRUE(journal.move_entry(id, EntryState::applying, EntryState::undoing).ok());
  EXPECT_EQ(journal.entry(id)->note, "why");
}

TEST_F(JournalTest, FinishedEntriesAreBoundedAndOthersAreKept) {
  Journal journal = open();
  const std::int64_t first = journal.create(make_plan(), make_entry()).value();
  run_sql(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) INSERT INTO entry(plan, created, weir_version, machine_id, boot_id, netns, netns_path, state, applier_pid, applier_start) SELECT '', 0, '', '', '', 0, '', 'undone', 0, 0 FROM n");
  ASSERT_TRUE(journal.create(make_plan(), make_entry()).ok());
  const auto entries = journal.entries().value();
  EXPECT_EQ(entries.size(), static_cast<std::size_t>(kept_finished_entries) + 2);
  EXPECT_EQ(entries.back().id, first);
  EXPECT_EQ(entries.back().steps.size(), 2U);
}

TEST_F(JournalTest, AFinishedEntryWithLinesInAFileIsKept) {
  Journal journal = open();
  NewEntry persistent = make_entry();
  persistent.persist = true;
  ASSERT_TRUE(journal.create(make_plan(), persistent).ok());
  ASSERT_TRUE(journal.move_lines(1, PersistState::asked, PersistState::wanted).ok());
  ASSERT_TRUE(journal.move_entry(1, EntryState::planned, EntryState::ended).ok());
  run_sql(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) INSERT INTO entry(plan, created, weir_version, machine_id, boot_id, netns, netns_path, state, applier_pid, applier_start) SELECT '', 0, '', '', '', 0, '', 'ended', 0, 0 FROM n");
  ASSERT_TRUE(journal.create(make_plan(), make_entry()).ok());
  EXPECT_EQ(journal.entries()->back().id, 1);
}

TEST_F(JournalTest, OnlyTheOwnerCanUseANewFolder) {
  open();
  EXPECT_EQ(std::filesystem::status(folder()).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(JournalTest, OnlyTheOwnerCanReadTheFileAlsoInAReadableFolder) {
  std::filesystem::create_directories(folder());
  open();
  EXPECT_EQ(std::filesystem::status(file()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(JournalTest, NothingToReadIsNotFound) {
  EXPECT_EQ(open_error(Journal::Access::read).code, ErrorCode::not_found);
  EXPECT_FALSE(std::filesystem::exists(folder())) << "a reader makes nothing";
}

TEST_F(JournalTest, ANewerSchemaIsRefusedWithASentence) {
  open();
  run_sql("PRAGMA user_version = 4");
  for (const auto access : {Journal::Access::read, Journal::Access::write}) {
    const Error error = open_error(access);
    EXPECT_EQ(error.code, ErrorCode::unsupported);
    EXPECT_THAT(error.message,
                HasSubstr("was written by a newer weir (schema 4; this weir knows 3)"));
  }
}

TEST_F(JournalTest, AnotherProgramsDatabaseIsNotTouched) {
  run_sql("CREATE TABLE theirs(x); INSERT INTO theirs VALUES(1)");
  const std::string before = read_file();
  const Error error = open_error();
  EXPECT_EQ(error.code, ErrorCode::malformed);
  EXPECT_THAT(error.message, HasSubstr("belongs to another program"));
  EXPECT_EQ(read_file(), before);
}

TEST_F(JournalTest, AFileThatIsNotADatabaseIsNotTouched) {
  const std::string text(5000, 'x');
  write_file(text);
  const Error error = open_error();
  EXPECT_EQ(error.code, ErrorCode::malformed);
  EXPECT_THAT(error.message, HasSubstr("is not a database"));
  EXPECT_EQ(read_file(), text);
}

TEST_F(JournalTest, ATruncatedOrOverwrittenJournalIsRefused) {
  {
    Journal journal = open();
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(journal.create(make_plan(), make_entry()).ok());
  }
  const std::string whole = read_file();
  ASSERT_GT(whole.size(), 12000U);
  write_file(whole.substr(0, whole.size() - 5000));
  EXPECT_EQ(open_error().code, ErrorCode::malformed);
  std::string holed = whole;
  holed.replace(4096, 4096, std::string(4096, '\xff'));
  write_file(holed);
  const Error error = open_error();
  EXPECT_EQ(error.code, ErrorCode::malformed);
  EXPECT_THAT(error.message, HasSubstr("is damaged"));
  EXPECT_EQ(error.message.find('\n'), std::string::npos) << "one sentence";
}

TEST_F(JournalTest, AStateFolderThatIsAFileIsRefused) {
  std::ofstream(folder()) << "x";
  EXPECT_EQ(open_error().code, ErrorCode::wrong_use);
  EXPECT_FALSE(WriterLock::acquire(folder()).ok());
}

TEST_F(JournalTest, AStateFolderThatOthersCanWriteIsRefused) {
  using std::filesystem::perms;
  std::filesystem::create_directory(folder());
  for (const perms others : {perms::owner_all | perms::group_all, perms::all}) {
    std::filesystem::permissions(folder(), others);
    const Error error = open_error();
    EXPECT_EQ(error.code, ErrorCode::not_permitted);
    EXPECT_THAT(error.message, HasSubstr("other users can write"));
    EXPECT_FALSE(WriterLock::acquire(folder()).ok());
  }
  std::filesystem::permissions(folder(), perms::owner_all | perms::group_read | perms::group_exec);
  open();
}

TEST_F(JournalTest, AStateFolderThatAnotherUserCanReplaceIsRefusedAlsoByAReader) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to be two users";
  open();
  ASSERT_EQ(chown(parent_.c_str(), 65534, 65534), 0);
  const auto access = {Journal::Access::write, Journal::Access::read};
  for (const auto one : access) {
    const auto journal = Journal::open(folder(), one);
    ASSERT_FALSE(journal.ok());
    EXPECT_THAT(journal.error().message, HasSubstr("other users can replace"));
  }
  EXPECT_FALSE(WriterLock::acquire(folder()).ok());
  ASSERT_EQ(chown(parent_.c_str(), 0, 0), 0);
  open();
}

TEST_F(JournalTest, AnotherUsersLinkToAStateFolderIsNotFollowed) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to be two users";
  ASSERT_EQ(chmod(parent_.c_str(), 01777), 0);
  std::filesystem::create_directory(parent_ + "/etc");
  ASSERT_EQ(symlink("etc", folder().c_str()), 0);
  ASSERT_EQ(lchown(folder().c_str(), 65534, 65534), 0);
  EXPECT_THAT(open_error().message, HasSubstr("is a link of user 65534"));
  EXPECT_TRUE(std::filesystem::is_empty(parent_ + "/etc"));
}

TEST_F(JournalTest, AStateFolderWithoutParentIsRefused) {
  auto journal = Journal::open(parent_ + "/a/b", Journal::Access::write);
  ASSERT_FALSE(journal.ok());
  EXPECT_THAT(journal.error().message, HasSubstr("its parent folder does not exist"));
}

TEST_F(JournalTest, AnUnknownEntryIsNotFound) {
  Journal journal = open();
  EXPECT_EQ(journal.entry(7).error().message, "there is no entry 7 in the history");
  EXPECT_EQ(journal.plan(7).error().code, ErrorCode::not_found);
  EXPECT_EQ(journal.state(7).error().code, ErrorCode::not_found);
  EXPECT_EQ(journal.move_entry(7, EntryState::planned, EntryState::applying).error().code,
            ErrorCode::not_found);
}

TEST_F(JournalTest, OneWriterAtATimeAndTheSecondGetsAnError) {
  auto lock = WriterLock::acquire(folder());
  ASSERT_TRUE(lock.ok());
  const auto second = WriterLock::acquire(folder());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::busy);
  EXPECT_THAT(second.error().message,
              HasSubstr("another weir (pid " + std::to_string(::getpid()) + ")"));
  { const auto gone = std::move(lock).value(); }
  EXPECT_TRUE(WriterLock::acquire(folder()).ok());
}

TEST_F(JournalTest, TheLockEndsWithAKilledHolder) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = WriterLock::acquire(folder());
    ::_exit(lock.ok() ? ::kill(::getpid(), SIGKILL) : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(WriterLock::acquire(folder()).ok());
}

}  // namespace weir::store::journal_test
