#include "act/persist.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "act/steps/steps.h"
#include "act/world.h"
#include "persist/sysctl_d.h"

namespace weir::act {
namespace {

/// weir's files have some kilobytes; a longer file is not weir's.
constexpr std::size_t file_limit = std::size_t{4} << 20U;
/// The ending for the copy of a changed file that --force overwrites. No loader reads a name that
/// does not end in .conf.
constexpr const char* kept_ending = ".changed";

/// Appends the lines of one entry that are in that state.
void append_rows(const HistoryEntry& entry, PersistState state, std::vector<persist::Row>& rows) {
  for (const HistoryStep& step : entry.steps)
    if (step.persist == state)
      rows.push_back(
          {entry.id, step.target, step.wanted, step.old_value.value_or(""), step.finding});
}

/// The lines that the files must hold, the oldest entry first: a later line replaces an earlier one
/// with the same name.
Result<std::vector<persist::Row>> collect_rows(store::Journal& journal) {
  WEIR_TRY(const auto entries, journal.entries());
  std::vector<persist::Row> rows;
  std::for_each(entries.rbegin(), entries.rend(),
                [&](const auto& entry) { append_rows(entry, PersistState::wanted, rows); });
  return rows;
}

/// The text of an ordinary file; nothing if it does not exist. Errors: conflict (a link, which weir
/// did not make), others.
Result<std::optional<std::string>> read_file(kernel::Files& files, const std::string& path) {
  if (const auto link = files.read_link(path); link.ok())
    return make_error(
        ErrorCode::conflict,
        path + " is a link to " + *link + ", which weir did not make, so weir leaves it alone");
  auto text = kernel::read_text(files, path, file_limit);
  if (text.ok()) return std::optional<std::string>(std::move(text).value());
  if (text.error().code == ErrorCode::not_found) return std::optional<std::string>();
  return std::move(text).error();
}

/// One of weir's files: the text that it should have, the text that the journal recorded, and the
/// current text.
struct FileCase {
  persist::File wanted;
  store::WrittenFile left;
  std::optional<std::string> now;

  [[nodiscard]] bool is_right() const { return now.value_or("") == wanted.text; }
  [[nodiscard]] bool is_settled() const { return left.text == wanted.text && !left.previous; }
  /// A missing file contains nothing that others wrote.
  [[nodiscard]] bool is_weirs() const {
    return !now || *now == left.text || (left.previous && *now == *left.previous);
  }
};

Error foreign_file(const FileCase& file) {
  const std::string& path = file.wanted.path;
  if (file.left.text.empty() && !file.left.previous)
    return make_error(
        ErrorCode::conflict,
        path + " already exists, and weir did not write it: move it away, or rename it");
  return make_error(
      ErrorCode::conflict,
      path +
          " has changed since weir wrote it, so weir leaves it alone: move the added lines to a file with another name, and remove this file");
}

/// All of weir's files that need work. Errors: conflict (another program's text, unless `force`
/// allows to overwrite it), others.
Result<std::vector<FileCase>> find_work(kernel::Files& files,
                                        const std::vector<store::WrittenFile>& left,
                                        const std::vector<persist::Row>& rows, bool force) {
  std::vector<FileCase> work;
  for (persist::File& wanted : persist::compose_sysctl_files(rows)) {
    FileCase file;
    file.left.path = wanted.path;
    for (const store::WrittenFile& one : left)
      if (one.path == wanted.path) file.left = one;
    file.wanted = std::move(wanted);
    // If weir has nothing to write to a file, its content does not matter.
    if (file.is_settled()) continue;
    WEIR_TRY(file.now, read_file(files, file.wanted.path));
    if (!file.is_right() && !file.is_weirs() && !force) return foreign_file(file);
    work.push_back(std::move(file));
  }
  return work;
}

/// The journal holds the new text before the file does. So after a crash the next weir recognises
/// both texts as weir's.
Status write_one(const FileCase& file, kernel::Files& files, store::Journal& journal,
                 std::vector<std::string>& notices) {
  const std::string& path = file.wanted.path;
  if (file.is_right()) return journal.intend_file({path, file.wanted.text, std::nullopt});
  if (!file.is_weirs()) {
    WEIR_CHECK(files.write_atomically(path + kept_ending, *file.now));
    notices.push_back(path + " was changed without weir; its previous text is kept in " + path +
                      kept_ending);
  }
  if (!file.now && !file.left.text.empty() && !file.left.previous)
    notices.push_back(path + " was removed without weir; weir has written it again");
  WEIR_CHECK(journal.intend_file({path, file.wanted.text, file.now.value_or("")}));
  WEIR_CHECK(file.wanted.text.empty() ? files.remove(path)
                                      : files.write_atomically(path, file.wanted.text));
  return journal.settle_file(path);
}

/// Writes to the files what the journal wants.
Result<std::vector<std::string>> write_files(kernel::Files& files, store::Journal& journal,
                                             bool force) {
  WEIR_TRY(const auto rows, collect_rows(journal));
  WEIR_TRY(const auto left, journal.written_files());
  WEIR_TRY(const auto work, find_work(files, left, rows, force));
  std::vector<std::string> notices;
  for (const FileCase& file : work) WEIR_CHECK(write_one(file, files, journal, notices));
  return notices;
}

/// The rows that the plan would write; they have no number yet.
std::vector<persist::Row> planned_rows(const Plan& plan) {
  std::vector<persist::Row> rows;
  for (const Step& step : plan.steps) {
    if (can_persist(step_kind(step)))
      rows.push_back({0, step_target_name(step), step.wanted, step.expected, step.finding});
  }
  return rows;
}

/// Checks that the files can take the rows in addition to their content. Without a journal, weir
/// has written none of them.
Status check_files(const std::vector<persist::Row>& rows, kernel::Kernel& kernel,
                   store::Journal* journal) {
  std::vector<persist::Row> all;
  std::vector<store::WrittenFile> left;
  if (journal != nullptr) {
    WEIR_TRY(all, collect_rows(*journal));
    WEIR_TRY(left, journal->written_files());
  }
  all.insert(all.end(), rows.begin(), rows.end());
  WEIR_TRY(const auto work, find_work(kernel.files, left, all, false));
  static_cast<void>(work);
  return {};
}

Status check_rows(const std::vector<persist::Row>& rows, const BootConfiguration& boot,
                  kernel::Kernel& kernel, store::Journal& journal) {
  if (const auto obstacles = persist::find_sysctl_obstacles(rows, boot); !obstacles.empty())
    return make_error(ErrorCode::conflict, join_texts(obstacles, "; "));
  return check_files(rows, kernel, &journal);
}

/// Restores the old running value of one line if the running value is still weir's.
Status restore_live(const Step& step, const HistoryStep& line, bool force, kernel::Kernel& kernel,
                    std::vector<std::string>& notices) {
  if (!line.old_value) return {};
  WEIR_TRY(const std::unique_ptr<LiveTarget> target, find_target(step, kernel));
  const auto now = target->read();
  if (!now.ok() && now.error().code == ErrorCode::not_found) {
    notices.push_back(line.target + " does not exist now");
    return {};
  }
  if (!now.ok()) return now.error();
  if (*now == target->normalize(*line.old_value)) return {};
  if (*now != target->normalize(line.wanted) && !force) {
    notices.push_back(line.target + " is now " + *now + ", not the " + line.wanted +
                      " that weir wrote, so weir left it alone (it was " + *line.old_value +
                      " before)");
    return {};
  }
  WEIR_CHECK(target->write(*line.old_value));
  WEIR_TRY(const std::string after, target->read());
  if (after != target->normalize(*line.old_value))
    return make_error(ErrorCode::io, line.target + ": weir wrote " + *line.old_value +
                                         ", but the kernel has " + after);
  return {};
}

Status restore_all_live(const HistoryEntry& entry, bool force, kernel::Kernel& kernel,
                        store::Journal& journal, std::vector<std::string>& notices) {
  WEIR_TRY(const Plan plan, journal.plan(entry.id));
  if (plan.steps.size() != entry.steps.size())
    return make_error(ErrorCode::malformed,
                      "entry " + std::to_string(entry.id) + " does not fit its plan");
  for (std::size_t i = entry.steps.size(); i-- > 0;) {
    if (entry.steps[i].persist == PersistState::leaving)
      WEIR_CHECK(restore_live(plan.steps[i], entry.steps[i], force, kernel, notices));
  }
  return {};
}

}  // namespace

std::vector<std::string> list_not_persisted(const Plan& plan) {
  std::vector<std::string> sentences;
  for (const Step& step : plan.steps) {
    if (can_persist(step_kind(step))) continue;
    sentences.push_back(step_target_name(step) + " does not survive a reboot or a restart" +
                        (step.durable.empty() ? "" : ": " + step.durable));
  }
  return sentences;
}

Result<std::vector<std::string>> find_persist_obstacles(const Plan& plan,
                                                        const BootConfiguration& boot,
                                                        kernel::Kernel& kernel,
                                                        store::Journal* journal) {
  if (!is_first_namespace(kernel.files))
    return std::vector<std::string>{
        "a file below /etc/sysctl.d is for the host's first network namespace, and this plan is for another namespace"};
  const auto rows = planned_rows(plan);
  if (rows.empty())
    return std::vector<std::string>{"no step of this plan can be kept in a file: " +
                                    join_texts(list_not_persisted(plan), "; ")};
  auto obstacles = persist::find_sysctl_obstacles(rows, boot);
  if (const Status status = check_files(rows, kernel, journal); !status.ok()) {
    if (status.error().code != ErrorCode::conflict) return status.error();
    obstacles.push_back(status.error().message);
  }
  return obstacles;
}

Result<StandingLines> read_standing_lines(store::Journal& journal) {
  WEIR_TRY(const auto rows, collect_rows(journal));
  StandingLines lines;
  for (const persist::Row& row : rows) lines[row.name] = row.value;
  return lines;
}

bool owes_lines(const HistoryEntry& entry) {
  return entry.state == EntryState::confirmed &&
         (has_lines(entry, PersistState::asked) || has_lines(entry, PersistState::refused));
}

Result<std::vector<std::string>> persist_entry(std::int64_t id, const BootConfiguration& boot,
                                               kernel::Kernel& kernel, store::Journal& journal) {
  WEIR_TRY(const HistoryEntry entry, journal.entry(id));
  if (!owes_lines(entry)) return std::vector<std::string>();
  std::vector<persist::Row> rows;
  append_rows(entry, PersistState::asked, rows);
  append_rows(entry, PersistState::refused, rows);
  if (Status status = check_rows(rows, boot, kernel, journal); !status.ok()) {
    WEIR_CHECK(journal.move_lines(id, PersistState::asked, PersistState::refused));
    return std::move(status).error();
  }
  WEIR_CHECK(journal.move_lines(id, PersistState::asked, PersistState::wanted));
  WEIR_CHECK(journal.move_lines(id, PersistState::refused, PersistState::wanted));
  auto notices = write_files(kernel.files, journal, false);
  if (notices.ok()) return notices;
  WEIR_CHECK(journal.move_lines(id, PersistState::wanted, PersistState::refused));
  // Removes the text that was written before the failure. If that fails too, the next start tries
  // again.
  static_cast<void>(write_files(kernel.files, journal, false).ok());
  return notices;
}

Result<std::vector<std::string>> take_out_lines(std::int64_t id, kernel::Kernel& kernel,
                                                store::Journal& journal,
                                                const TakeOutOptions& options) {
  WEIR_CHECK(journal.move_lines(id, PersistState::wanted, PersistState::leaving));
  WEIR_TRY(const HistoryEntry entry, journal.entry(id));
  std::vector<std::string> notices;
  if (!has_lines(entry, PersistState::leaving)) return notices;
  // The files first: otherwise the next boot would bring the values back.
  WEIR_TRY(notices, write_files(kernel.files, journal, options.force));
  if (options.restore_live)
    WEIR_CHECK(restore_all_live(entry, options.force, kernel, journal, notices));
  WEIR_CHECK(journal.move_lines(id, PersistState::leaving, PersistState::dropped));
  return notices;
}

Status claim_lines(const std::vector<HistoryEntry>& entries, store::Journal& journal) {
  for (const HistoryEntry& entry : entries) {
    // The files had no obstacle when the plan was applied.
    if (entry.state == EntryState::confirmed && has_lines(entry, PersistState::asked))
      WEIR_CHECK(journal.move_lines(entry.id, PersistState::asked, PersistState::wanted));
  }
  return {};
}

std::vector<std::string> heal_lines(kernel::Kernel& kernel, store::Journal& journal) {
  const auto entries = journal.entries();
  if (!entries.ok()) return {entries.error().message};
  const auto here = read_binding(kernel);
  if (!here.ok()) return {here.error().message};
  if (const auto written = write_files(kernel.files, journal, false); !written.ok())
    return {written.error().message};
  std::vector<std::string> failures;
  for (const HistoryEntry& entry : *entries) {
    if (!has_lines(entry, PersistState::leaving)) continue;
    const bool is_earlier = entry.place.boot_id != here->place.boot_id;
    if (const auto out = take_out_lines(entry.id, kernel, journal, {false, is_earlier}); !out.ok())
      failures.push_back(out.error().message);
  }
  return failures;
}

}  // namespace weir::act
