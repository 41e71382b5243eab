#include "store/journal.h"

#include <utility>

#include "base/text.h"
#include "codec/plan_json.h"
#include "store/database.h"
#include "store/folder.h"
#include "store/guard_mark.h"

namespace weir::store {
namespace {

/// "weir" in ASCII: PRAGMA application_id distinguishes weir's file from other programs' files.
constexpr std::int64_t application_id = 0x77656972;
/// PRAGMA user_version: the number of the schema below.
constexpr std::int64_t schema_version = 3;

constexpr const char* schema = R"sql(
CREATE TABLE entry(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  plan TEXT NOT NULL,             -- weir.plan/1
  created INTEGER NOT NULL,       -- wall time, ns
  weir_version TEXT NOT NULL,
  machine_id TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  netns INTEGER NOT NULL,         -- inode
  netns_path TEXT NOT NULL,
  state TEXT NOT NULL,
  deadline INTEGER,               -- CLOCK_BOOTTIME, ns
  applier_pid INTEGER NOT NULL,
  applier_start INTEGER NOT NULL, -- ticks since boot
  note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE step(
  entry INTEGER NOT NULL REFERENCES entry(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  finding TEXT NOT NULL,
  wanted TEXT NOT NULL,
  old TEXT,
  state TEXT NOT NULL DEFAULT 'pending',
  note TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(entry, number)
) STRICT, WITHOUT ROWID;
PRAGMA application_id = 0x77656972;
PRAGMA user_version = 1;
)sql";

/// From schema 1 to 2: lines that survive a reboot.
constexpr const char* second_schema = R"sql(
ALTER TABLE step ADD COLUMN persist TEXT;  -- NULL: it was not to outlive the boot
CREATE TABLE file(
  path TEXT PRIMARY KEY,
  text TEXT NOT NULL,             -- as weir left it, or is about to; empty: not there
  previous TEXT                   -- while it is being written: what stood there
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 2;
)sql";

/// From schema 2 to 3: an entry can be partly undone. An older weir would not understand this.
constexpr const char* third_schema = "PRAGMA user_version = 3";

constexpr const char* entry_columns =
    "SELECT id, created, weir_version, machine_id, boot_id, netns, netns_path, state, deadline,"
    " applier_pid, applier_start, note,"
    // The plan holds it as a number, or does not hold it. A damaged plan is reported when the plan
    // is read.
    " CASE WHEN json_valid(plan) THEN json_extract(plan, '$.binding.netns_cookie') END FROM entry ";

/// The one integer that a PRAGMA or a count returns.
Result<std::int64_t> read_integer(Database& database, const char* sql) {
  WEIR_TRY(Statement query, database.prepare(sql));
  WEIR_TRY(const bool found, query.next());
  return found ? query.integer(0) : 0;
}

/// The schema of a journal; nothing: the file is empty.
using Content = std::optional<std::int64_t>;

/// Checks that the file belongs to weir, before anything else is done with it.
Result<Content> read_content(Database& database) {
  WEIR_TRY(const std::int64_t application, read_integer(database, "PRAGMA application_id"));
  WEIR_TRY(const std::int64_t version, read_integer(database, "PRAGMA user_version"));
  WEIR_TRY(const std::int64_t tables, read_integer(database, "SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) return Content();
  if (application != application_id)
    return make_error(
        ErrorCode::malformed,
        database.path() + " belongs to another program; move it away to start a new journal");
  if (version > schema_version)
    return make_error(ErrorCode::unsupported,
                      database.path() + " was written by a newer weir (schema " +
                          std::to_string(version) + "; this weir knows " +
                          std::to_string(schema_version) + "); use the newer weir");
  return Content(version);
}

Status check_integrity(Database& database) {
  WEIR_TRY(Statement query, database.prepare("PRAGMA quick_check(1)"));
  WEIR_TRY(const bool found, query.next());
  if (found && query.text(0) == "ok") return {};
  // The answer may begin with a headline; its last line says what is wrong.
  const std::string answer = found ? query.text(0) : std::string("no answer");
  const std::string last = answer.substr(answer.rfind('\n') + 1);
  return make_error(ErrorCode::malformed, database.path() + " is damaged (" + last +
                                              "); move it away to start a new journal");
}

/// Adds the missing tables. Two weirs may do this at once: the second one finds the tables of the
/// first.
Status bring_up_to_date(Database& database) {
  WEIR_TRY(Transaction transaction, Transaction::begin(database));
  WEIR_TRY(const Content content, read_content(database));
  if (!content) WEIR_CHECK(database.execute(schema));
  if (content.value_or(1) < 2) WEIR_CHECK(database.execute(second_schema));
  if (content.value_or(2) < 3) WEIR_CHECK(database.execute(third_schema));
  return transaction.commit();
}

/// EXTRA also syncs the folder after the rollback journal is deleted: without it a power cut can
/// bring the old state back (sqlite.org/pragma.html#pragma_synchronous).
Status set_durability(Database& database) {
  WEIR_CHECK(database.execute("PRAGMA journal_mode = DELETE"));
  return database.execute("PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = ON");
}

/// An entry with a mistaken state would be healed wrongly.
Error unknown_state(std::int64_t id, const std::string& state) {
  return make_error(ErrorCode::malformed, "entry " + std::to_string(id) + " is in the state \"" +
                                              escape_bytes(state) +
                                              "\", which this weir does not know");
}

Error unknown_line_state(std::int64_t id, const std::string& state) {
  return make_error(ErrorCode::malformed, "a line of entry " + std::to_string(id) +
                                              " is in the state \"" + escape_bytes(state) +
                                              "\", which this weir does not know");
}

Result<HistoryStep> to_step(const Statement& row, std::int64_t entry) {
  HistoryStep step;
  step.kind = parse_step_kind(row.text(0));
  step.target = row.text(1);
  step.finding = row.text(2);
  step.wanted = row.text(3);
  if (!row.is_null(4)) {
    OldValue old = parse_old_value(row.text(4), step.target, step.wanted);
    step.old_value = std::move(old.value);
    step.sides = std::move(old.sides);
  }
  const auto state = parse_step_state(row.text(5));
  if (!state) return unknown_state(entry, row.text(5));
  step.state = *state;
  step.note = row.text(6);
  if (row.is_null(7)) return step;
  step.persist = parse_persist_state(row.text(7));
  if (!step.persist) return unknown_line_state(entry, row.text(7));
  return step;
}

Result<HistoryEntry> to_entry(const Statement& row) {
  HistoryEntry entry;
  entry.id = row.integer(0);
  entry.created = {row.integer(1)};
  entry.weir_version = row.text(2);
  entry.place.machine_id = row.text(3);
  entry.place.boot_id = row.text(4);
  entry.place.netns = static_cast<std::uint64_t>(row.integer(5));
  entry.netns_path = row.text(6);
  const auto state = parse_entry_state(row.text(7));
  if (!state) return unknown_state(entry.id, row.text(7));
  entry.state = *state;
  if (!row.is_null(8)) entry.deadline = Nanoseconds{row.integer(8)};
  entry.applier = {row.integer(9), row.integer(10)};
  entry.note = row.text(11);
  if (!row.is_null(12)) entry.place.netns_cookie = static_cast<std::uint64_t>(row.integer(12));
  return entry;
}

Error no_entry(std::int64_t id) {
  return make_error(ErrorCode::not_found,
                    "there is no entry " + std::to_string(id) + " in the history");
}

/// A reader leaves a journal of schema 1 as it is: none of its entries survives a reboot.
Status read_steps(Database& database, std::int64_t version, HistoryEntry& entry) {
  const std::string persist = version < 2 ? "NULL" : "persist";
  WEIR_TRY(Statement query,
           database.prepare(("SELECT kind, target, finding, wanted, old, state, note, " + persist +
                             " FROM step WHERE entry = ? ORDER BY number")
                                .c_str()));
  query.bind(1, entry.id);
  while (true) {
    WEIR_TRY(const bool found, query.next());
    if (!found) return {};
    WEIR_TRY(HistoryStep step, to_step(query, entry.id));
    entry.steps.push_back(std::move(step));
  }
}

/// Moves the lines of an entry together with the entry.
Status move_lines_along(Database& database, std::int64_t id, EntryState to) {
  const char* sql = nullptr;
  if (to == EntryState::undoing)
    sql =
        "UPDATE step SET persist = CASE persist WHEN 'wanted' THEN 'leaving' ELSE 'dropped' END WHERE entry = ? AND persist IN ('asked', 'wanted', 'refused')";
  if (is_over(to))
    sql = "UPDATE step SET persist = 'dropped' WHERE entry = ? AND persist IN ('asked', 'refused')";
  if (sql == nullptr) return {};
  WEIR_TRY(Statement update, database.prepare(sql));
  return update.bind(1, id).run();
}

/// With `persist`, asks for the line of each step that can be kept after a reboot.
Status insert_steps(Database& database, std::int64_t id, const Plan& plan, bool persist) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    const StepKind kind = step_kind(step);
    WEIR_TRY(
        Statement insert,
        database.prepare(
            "INSERT INTO step(entry, number, kind, target, finding, wanted, persist) VALUES(?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(1, id)
        .bind(2, static_cast<std::int64_t>(i))
        .bind(3, step_kind_id(kind))
        .bind(4, step_target_name(step))
        .bind(5, step.finding)
        .bind(6, step.wanted);
    if (persist && can_persist(kind)) insert.bind(7, persist_state_id(PersistState::asked));
    WEIR_CHECK(insert.run());
  }
  return {};
}

Status forget_old_entries(Database& database) {
  WEIR_TRY(
      Statement forget,
      database.prepare(
          "DELETE FROM entry WHERE state IN ('undone', 'partly-undone', 'ended') AND id NOT IN (SELECT id FROM entry WHERE state IN ('undone', 'partly-undone', 'ended') ORDER BY id DESC LIMIT ?) AND id NOT IN (SELECT entry FROM step WHERE persist IN ('wanted', 'leaving'))"));
  return forget.bind(1, kept_finished_entries).run();
}

Status change_step(Database& database, std::int64_t id, const StepChange& change) {
  WEIR_TRY(
      Statement update,
      database.prepare(
          "UPDATE step SET state = ?1, note = CASE ?2 WHEN '' THEN note ELSE ?2 END WHERE entry = ?3 AND number = ?4"));
  WEIR_CHECK(update.bind(1, step_state_id(change.state))
                 .bind(2, change.note)
                 .bind(3, id)
                 .bind(4, static_cast<std::int64_t>(change.step))
                 .run());
  if (database.changes() == 1) return {};
  return no_entry(id);
}

Error undone_by_another(std::int64_t id) {
  return make_error(ErrorCode::conflict,
                    "another weir is undoing entry " + std::to_string(id) + " or has undone it");
}

/// Only an entry that may still be undone is guarded.
bool may_be_guarded(EntryState state) { return !is_over(state) && state != EntryState::confirmed; }

}  // namespace

struct Journal::Parts {
  std::string state_folder;
  Database database;
  std::int64_t version;  ///< of the schema
};

Journal::Journal(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

const std::string& Journal::state_folder() const { return parts_->state_folder; }

void Journal::set_patience(Nanoseconds patience) { parts_->database.set_busy_timeout(patience); }

Result<Journal> Journal::open(const std::string& state_folder, Access access) {
  const std::string path = state_folder + "/journal.db";
  if (access == Access::write) {
    WEIR_CHECK(make_state_folder(state_folder));
    WEIR_CHECK(make_private_file(path));
  } else {
    WEIR_CHECK(check_readable(state_folder, path));
  }
  // A reader also opens the file for writing if it may: SQLite then rolls back a dead writer's
  // transaction.
  WEIR_TRY(Database database,
           Database::open(path, access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                        : SQLITE_OPEN_READWRITE));
  WEIR_TRY(const Content content, read_content(database));
  if (access == Access::write) {
    WEIR_CHECK(set_durability(database));
    if (content.value_or(0) < schema_version) WEIR_CHECK(bring_up_to_date(database));
    WEIR_CHECK(check_integrity(database));
  } else if (!content) {
    return make_error(ErrorCode::not_found, "nothing was changed yet: " + path + " is empty");
  }
  const std::int64_t version = access == Access::write ? schema_version : *content;
  return Journal(std::make_unique<Parts>(Parts{state_folder, std::move(database), version}));
}

Result<std::int64_t> Journal::create(const Plan& plan, const NewEntry& entry) {
  Database& database = parts_->database;
  WEIR_TRY(Transaction transaction, Transaction::begin(database));
  WEIR_TRY(
      Statement insert,
      database.prepare(
          "INSERT INTO entry(plan, created, weir_version, machine_id, boot_id, netns, netns_path, state, deadline, applier_pid, applier_start) VALUES(?, ?, ?, ?, ?, ?, ?, 'planned', ?, ?, ?)"));
  insert.bind(1, codec::plan_to_json(plan)).bind(2, entry.created.count).bind(3, plan.weir_version);
  insert.bind(4, plan.binding.place.machine_id)
      .bind(5, plan.binding.place.boot_id)
      .bind(6, static_cast<std::int64_t>(plan.binding.place.netns))
      .bind(7, entry.netns_path);
  insert.bind(8, entry.deadline ? std::optional(entry.deadline->count) : std::nullopt)
      .bind(9, entry.applier.pid)
      .bind(10, entry.applier.start_time);
  WEIR_CHECK(insert.run());
  const std::int64_t id = database.last_id();
  WEIR_CHECK(insert_steps(database, id, plan, entry.persist));
  WEIR_CHECK(forget_old_entries(database));
  WEIR_CHECK(transaction.commit());
  return id;
}

Status Journal::move_entry(std::int64_t id, EntryState from, EntryState to, const std::string& note,
                           const std::vector<StepChange>& steps) {
  Database& database = parts_->database;
  if (parts_->version < schema_version)
    return make_error(
        ErrorCode::not_permitted,
        database.path() + " was written by an older weir and could not be brought up to date");
  WEIR_TRY(Transaction transaction, Transaction::begin(database));
  WEIR_TRY(
      Statement update,
      database.prepare(
          "UPDATE entry SET state = ?1, note = CASE ?2 WHEN '' THEN note ELSE ?2 END WHERE id = ?3 AND state = ?4"));
  WEIR_CHECK(update.bind(1, entry_state_id(to))
                 .bind(2, note)
                 .bind(3, id)
                 .bind(4, entry_state_id(from))
                 .run());
  if (database.changes() != 1) {
    WEIR_TRY(const EntryState now, state(id));
    return make_error(ErrorCode::conflict, "entry " + std::to_string(id) + " is already " +
                                               std::string(entry_state_id(now)) + " (it was " +
                                               std::string(entry_state_id(from)) + ")");
  }
  for (const StepChange& change : steps) WEIR_CHECK(change_step(database, id, change));
  WEIR_CHECK(move_lines_along(database, id, to));
  return transaction.commit();
}

Status Journal::intend_step(std::int64_t id, std::size_t step, const std::string& old_value) {
  Database& database = parts_->database;
  WEIR_TRY(
      Statement update,
      database.prepare(
          "UPDATE step SET state = 'intended', old = ?1 WHERE entry = ?2 AND number = ?3 AND state = 'pending' AND (SELECT state FROM entry WHERE id = ?2) = 'applying'"));
  WEIR_CHECK(update.bind(1, old_value).bind(2, id).bind(3, static_cast<std::int64_t>(step)).run());
  if (database.changes() == 1) return {};
  return undone_by_another(id);
}

Status Journal::release_step(std::int64_t id, std::size_t step) {
  Database& database = parts_->database;
  WEIR_TRY(
      Statement update,
      database.prepare(
          "UPDATE step SET state = 'pending' WHERE entry = ?1 AND number = ?2 AND state = 'intended'"));
  return update.bind(1, id).bind(2, static_cast<std::int64_t>(step)).run();
}

Status Journal::complete_step(std::int64_t id, std::size_t step,
                              const std::optional<std::string>& old_value) {
  Database& database = parts_->database;
  WEIR_TRY(
      Statement update,
      database.prepare(
          "UPDATE step SET state = 'done', old = CASE ?3 WHEN '' THEN old ELSE ?3 END WHERE entry = ?1 AND number = ?2 AND state = 'intended' AND (SELECT state FROM entry WHERE id = ?1) = 'applying'"));
  WEIR_CHECK(update.bind(1, id)
                 .bind(2, static_cast<std::int64_t>(step))
                 .bind(3, std::string_view(old_value ? *old_value : ""))
                 .run());
  if (database.changes() == 1) return {};
  return undone_by_another(id);
}

Status Journal::move_lines(std::int64_t id, PersistState from, PersistState to) {
  WEIR_TRY(Statement update, parts_->database.prepare(
                                 "UPDATE step SET persist = ?1 WHERE entry = ?2 AND persist = ?3"));
  return update.bind(1, persist_state_id(to)).bind(2, id).bind(3, persist_state_id(from)).run();
}

Result<std::vector<WrittenFile>> Journal::written_files() {
  std::vector<WrittenFile> files;
  if (parts_->version < 2) return files;
  WEIR_TRY(Statement query,
           parts_->database.prepare("SELECT path, text, previous FROM file ORDER BY path"));
  while (true) {
    WEIR_TRY(const bool found, query.next());
    if (!found) return files;
    files.push_back({query.text(0), query.text(1),
                     query.is_null(2) ? std::nullopt : std::optional(query.text(2))});
  }
}

Status Journal::intend_file(const WrittenFile& file) {
  const char* const sql =
      file.previous
          ? "INSERT INTO file(path, text, previous) VALUES(?1, ?2, ?3) ON CONFLICT(path) DO UPDATE SET text = ?2, previous = ?3"
          : "INSERT INTO file(path, text) VALUES(?1, ?2) ON CONFLICT(path) DO UPDATE SET text = ?2, previous = NULL";
  WEIR_TRY(Statement insert, parts_->database.prepare(sql));
  insert.bind(1, file.path).bind(2, file.text);
  if (file.previous) insert.bind(3, *file.previous);
  return insert.run();
}

Status Journal::settle_file(const std::string& path) {
  WEIR_TRY(Statement update,
           parts_->database.prepare("UPDATE file SET previous = NULL WHERE path = ?"));
  return update.bind(1, path).run();
}

Result<HistoryEntry> Journal::entry(std::int64_t id) {
  Database& database = parts_->database;
  WEIR_TRY(Statement query,
           database.prepare((std::string(entry_columns) + "WHERE id = ?").c_str()));
  query.bind(1, id);
  WEIR_TRY(const bool found, query.next());
  if (!found) return no_entry(id);
  WEIR_TRY(HistoryEntry entry, to_entry(query));
  WEIR_CHECK(read_steps(database, parts_->version, entry));
  entry.is_guarded = may_be_guarded(entry.state) && store::is_guarded(parts_->state_folder, id);
  return entry;
}

Result<EntryState> Journal::state(std::int64_t id) {
  WEIR_TRY(Statement query, parts_->database.prepare("SELECT state FROM entry WHERE id = ?"));
  query.bind(1, id);
  WEIR_TRY(const bool found, query.next());
  if (!found) return no_entry(id);
  const auto state = parse_entry_state(query.text(0));
  if (!state) return unknown_state(id, query.text(0));
  return *state;
}

Result<std::vector<HistoryEntry>> Journal::entries() {
  Database& database = parts_->database;
  WEIR_TRY(Statement query,
           database.prepare((std::string(entry_columns) + "ORDER BY id DESC").c_str()));
  std::vector<HistoryEntry> entries;
  while (true) {
    WEIR_TRY(const bool found, query.next());
    if (!found) return entries;
    WEIR_TRY(HistoryEntry entry, to_entry(query));
    WEIR_CHECK(read_steps(database, parts_->version, entry));
    entry.is_guarded =
        may_be_guarded(entry.state) && store::is_guarded(parts_->state_folder, entry.id);
    entries.push_back(std::move(entry));
  }
}

Result<Plan> Journal::plan(std::int64_t id) {
  WEIR_TRY(Statement query, parts_->database.prepare("SELECT plan FROM entry WHERE id = ?"));
  query.bind(1, id);
  WEIR_TRY(const bool found, query.next());
  if (!found) return no_entry(id);
  return codec::parse_kept_plan(query.text(0))
      .with_context("the plan of entry " + std::to_string(id));
}

}  // namespace weir::store
