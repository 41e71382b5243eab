// Journal: weir's changes on this host and their old values, in state_folder/journal.db. Each call
// is durable when it returns. Not the history of measurements, and not the undoing itself (act/).
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

/// weir keeps at most this number of finished entries (undone, ended) and forgets the oldest first.
/// About 2 KiB each.
inline constexpr std::int64_t kept_finished_entries = 1000;

/// The one writer: held during a change, released with the value or the process.
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

/// The input of create() beside the Plan.
struct NewEntry {
  Nanoseconds created;  ///< wall time
  std::string netns_path;
  std::optional<Nanoseconds> deadline;  ///< CLOCK_BOOTTIME
  ProcessIdentity applier;
  /// asks for the lines of the steps that can be kept after a reboot (PersistState)
  bool persist = false;
};

/// A file that weir writes outside of its state folder.
struct WrittenFile {
  std::string path;
  std::string text;  ///< as weir left it; empty: the file must not exist
  /// during a write: the previous text; a dead writer left one or the other
  std::optional<std::string> previous;
};

/// The new state of one step.
struct StepChange {
  std::size_t step = 0;
  StepState state = StepState::pending;
  std::string note = {};  ///< if it is not empty, it replaces the step's note
};

class Journal {
 public:
  enum class Access { read, write };

  /// Opens state_folder/journal.db. For writing, it makes the folder (0700) and the file if they
  /// are missing. For reading, a missing file is not_found. Errors: not_permitted, not_found,
  /// malformed (corrupt, or not weir's), unsupported (written by a newer weir), io (disk full,
  /// read-only, …): one sentence each.
  static Result<Journal> open(const std::string& state_folder, Access access);

  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  [[nodiscard]] const std::string& state_folder() const;
  /// The time that a call waits for another process's write before it returns busy; 2 s by default.
  void set_patience(Nanoseconds patience);

  /// Records a plan (state planned, steps pending); returns its id.
  Result<std::int64_t> create(const Plan& plan, const NewEntry& entry);

  /// Makes one transition of the confirm machine, but only if the entry is still in state `from`.
  /// Otherwise it returns conflict and changes nothing. A note that is not empty replaces the
  /// entry's. The same transaction also moves the lines: those of an entry that goes into undoing
  /// begin to leave, and lines that were only asked for are dropped when the entry is undone or
  /// ended. It also records the new states of all steps.
  Status move_entry(std::int64_t id, EntryState from, EntryState to, const std::string& note = {},
                    const std::vector<StepChange>& steps = {});
  /// The step is about to be written: records its old value, format_old_value() of
  /// model/side_effects.h, only while the entry is applying.
  Status intend_step(std::int64_t id, std::size_t step, const std::string& old_value);
  /// The step was not written after all; its target belongs to another program.
  Status release_step(std::int64_t id, std::size_t step);
  /// The step was written and read back, only while the entry is applying; otherwise conflict.
  /// `old_value` is its old value again, with the values that the kernel gave the side values.
  Status complete_step(std::int64_t id, std::size_t step,
                       const std::optional<std::string>& old_value = std::nullopt);

  /// Moves all lines of the entry that are in state `from`.
  Status move_lines(std::int64_t id, PersistState from, PersistState to);

  Result<std::vector<WrittenFile>> written_files();
  /// Before the file is written: records the new text and the current text.
  Status intend_file(const WrittenFile& file);
  /// The file is on disk.
  Status settle_file(const std::string& path);

  Result<HistoryEntry> entry(std::int64_t id);
  /// Only the state, which a watchdog reads often.
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
