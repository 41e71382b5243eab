// Journal: what weir changed on this host and how to take it back, in state_folder/journal.db;
// durable before it returns. Not the history of measurements, and not the undoing itself (act/).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "model/history.h"
#include "model/plan.h"

namespace weir::store {

inline constexpr const char* default_state_folder = "/var/lib/weir";

/// Finished entries (undone, ended) beyond this number are forgotten, the oldest first. About 2 KiB
/// each.
inline constexpr std::int64_t kept_finished_entries = 1000;

/// The one writer: held while something is changed, released with the value or the process.
class WriterLock {
 public:
  /// Errors: busy (names the holder's pid), not_permitted, io.
  static Result<WriterLock> acquire(const std::string& state_folder);
  /// The same, but makes neither the folder nor the file: for a disk that is full, read-only or
  /// gone. Errors: also not_found.
  static Result<WriterLock> acquire_existing(const std::string& state_folder);

 private:
  explicit WriterLock(UniqueFd file) : file_(std::move(file)) {}
  UniqueFd file_;
};

/// What create() needs beside the Plan.
struct NewEntry {
  Nanoseconds created;  ///< wall time
  std::string netns_path;
  std::optional<Nanoseconds> deadline;  ///< CLOCK_BOOTTIME
  ProcessIdentity applier;
  /// the lines of its steps that can be kept over a reboot are asked for (PersistState)
  bool persist = false;
};

/// A file that weir writes outside of its state folder, as it left it.
struct WrittenFile {
  std::string path;
  std::string text;  ///< empty: it is not to be there
  /// while it is being written: what stood there before; a dead writer left one or the other
  std::optional<std::string> previous;
};

/// What became of one step.
struct StepChange {
  std::size_t step = 0;
  StepState state = StepState::pending;
  std::string note = {};  ///< one that is not empty replaces the step's
};

class Journal {
 public:
  enum class Access { read, write };

  /// Opens state_folder/journal.db. For writing, makes the folder (0700) and the file where they
  /// are missing; for reading, a missing file is not_found. Errors: not_permitted, not_found,
  /// malformed (corrupt, or not weir's), unsupported (written by a newer weir), io (disk full,
  /// read-only, …): one sentence each.
  static Result<Journal> open(const std::string& state_folder, Access access);

  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  [[nodiscard]] const std::string& state_folder() const;
  /// How long a call waits while another process writes, before it is busy; 2 s unless told.
  void set_patience(Nanoseconds patience);

  /// Records a plan (state planned, steps pending); returns its id.
  Result<std::int64_t> create(const Plan& plan, const NewEntry& entry);

  /// One step of the confirm machine, only while the entry is still in state `from`; otherwise
  /// conflict, and nothing is changed. A note that is not empty replaces the entry's. In the same
  /// transaction the lines of an entry that goes into undoing begin to leave, and lines that were
  /// only asked for are dropped when the entry is undone or ended. What became of its steps is
  /// recorded with it: one transaction, whatever their number.
  Status move_entry(std::int64_t id, EntryState from, EntryState to, const std::string& note = {},
                    const std::vector<StepChange>& steps = {});
  /// The step is about to be written: records its old value, format_old_value() of
  /// model/side_effects.h, only while the entry is applying.
  Status intend_step(std::int64_t id, std::size_t step, const std::string& old_value);
  /// The step was not written after all, and its target is left to another program.
  Status release_step(std::int64_t id, std::size_t step);
  /// The step was written and read back, only while the entry is applying; otherwise conflict.
  /// `old_value`: its old value once more, with what the kernel made of the side values.
  Status complete_step(std::int64_t id, std::size_t step,
                       const std::optional<std::string>& old_value = std::nullopt);

  /// All lines of the entry that are in state `from`.
  Status move_lines(std::int64_t id, PersistState from, PersistState to);

  Result<std::vector<WrittenFile>> written_files();
  /// The file is about to be written: the new text, and what stands there now.
  Status intend_file(const WrittenFile& file);
  /// It is on disk.
  Status settle_file(const std::string& path);

  Result<HistoryEntry> entry(std::int64_t id);
  /// The state alone: what a watchdog reads often.
  Result<EntryState> state(std::int64_t id);
  /// All entries, the newest first.
  Result<std::vector<HistoryEntry>> entries();
  /// The plan as it was applied.
  Result<Plan> plan(std::int64_t id);

 private:
  struct Parts;
  explicit Journal(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace weir::store
