// HistoryEntry: the record of one applied Plan: its state, its deadline, each step's old and new
// value. Not the journal (store/ keeps it) and not the Plan (the request).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "model/place.h"
#include "model/side_effects.h"
#include "model/target.h"

namespace weir {

/// The state of an applied plan. act/confirm.h is the machine. Every arrow is one durable
/// transaction of the journal, which happens before the announced effect.
///
///                                  steps_done, no deadline
///                       ┌────────────────────────────────────────────┐
///                       │                                            ▼
///   planned ──start──▶ applying ──steps_done──▶ unconfirmed ──confirm──▶ confirmed
///     │                 │ step_failed             │ undo, the deadline     │ undo
///     │ applier_died,   │ applier_died            │                        │
///     │ step_failed     ▼                         ▼                        │
///     │               undoing ◀───────────────────┴────────────────────────┘
///     │                 │    ▲ │ restore_failed
///     │        restored │    │ ▼
///     │                 │   failed            (undo, resume: failed and undoing begin again)
///     ▼                 ▼
///   undone ◀────────────┘
///     or partly_undone: restored, but for what others changed since  (undo_force: begins again)
///
///   every state but undone, partly_undone and ended ──world_gone──▶ ended
///
/// One exception: at a deadline, the old values are restored first and recorded afterwards. If weir
/// dies in between, the deadline has passed, and the next start begins again. The decision to keep
/// an unconfirmed entry does not need the journal: store/verdict.h.
enum class EntryState {
  planned,        ///< recorded; nothing was written to the kernel
  applying,       ///< steps are being written
  unconfirmed,    ///< all written; undone at the deadline unless confirmed
  confirmed,      ///< all written, and kept
  undoing,        ///< the old values are being restored
  undone,         ///< none of its changes is left
  partly_undone,  ///< restored, except values that others changed since
  failed,         ///< an old value could not be restored; the next start tries again
  ended,          ///< the boot, the namespace or the sockets that it changed are gone
};

/// The state of one step.
enum class StepState {
  pending,     ///< not begun
  intended,    ///< the old value is recorded; the kernel may or may not have the new one
  done,        ///< written and read back
  undone,      ///< the old value is restored
  left_alone,  ///< it had another value than weir's; that value stays
  ended,       ///< the socket, the interface or the setting is gone
};

/// The state of a step's line in weir's own file, for a plan that was applied with --persist. The
/// file follows the journal: act/persist.h makes it hold exactly the lines that are `wanted`.
///
///   asked ──entry confirmed──▶ wanted ──entry undone──▶ leaving ──line is out──▶ dropped
///     │ │                       │  ▲                                               ▲
///     │ │ a later line would    │  │ confirmed again                               │
///     │ │ win                   │  │                                               │
///     │ └────────▶ refused ◀────┘  │                                               │
///     │              │  └──────────┘ undone                                        │
///     └─ undone, ────┴─────────────────────────────────────────────────────────────┘
///        ended
enum class PersistState {
  asked,    ///< waits for the confirmation: not in a file yet
  wanted,   ///< in the file, or soon
  refused,  ///< confirmed, but the file could not be written
  leaving,  ///< will be removed soon
  dropped,  ///< no longer in the file, or never
};

/// "unconfirmed", "left-alone": as in JSON and the journal.
[[nodiscard]] std::string_view entry_state_id(EntryState state);
[[nodiscard]] std::optional<EntryState> parse_entry_state(std::string_view id);
[[nodiscard]] std::string_view step_state_id(StepState state);
[[nodiscard]] std::optional<StepState> parse_step_state(std::string_view id);
[[nodiscard]] std::string_view persist_state_id(PersistState state);
[[nodiscard]] std::optional<PersistState> parse_persist_state(std::string_view id);

/// A process that stays identified if its pid is reused.
struct ProcessIdentity {
  std::int64_t pid = 0;
  std::int64_t start_time = 0;  ///< ticks since boot, field 22 of /proc/PID/stat
  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

struct HistoryStep {
  std::optional<StepKind> kind;  ///< nothing: a kind that only a newer weir knows
  std::string target;            ///< target_name(): "net.core.somaxconn", "0.0.0.0:80"
  std::string finding;           ///< id of the finding that asked for it
  std::string wanted;
  std::optional<std::string> old_value;  ///< as read during the apply; nothing before
  StepState state = StepState::pending;
  /// what happened, if the state alone does not say it
  std::string note;
  std::optional<PersistState> persist = std::nullopt;  ///< nothing: it was not to survive the boot
  /// the values that the kernel changed with it, or may change
  std::vector<SideValue> sides = {};
};

struct HistoryEntry {
  std::int64_t id = 0;
  Nanoseconds created;  ///< wall time
  std::string weir_version;
  Place place;  ///< the plan's
  /// the path to it: "/run/netns/x", "/proc/812/ns/net"; empty: the caller's own
  std::string netns_path;
  EntryState state = EntryState::planned;
  /// CLOCK_BOOTTIME of that boot; nothing: it needs no confirmation
  std::optional<Nanoseconds> deadline;
  ProcessIdentity applier;
  std::string note;  ///< why it is in this state, if the state alone does not say it
  std::vector<HistoryStep> steps;
  /// Whether a watchdog lives that undoes it unless it is confirmed. At the time of reading; false
  /// for an entry that is over or confirmed.
  bool is_guarded = false;
};

/// A moment of one boot, for comparison with a deadline.
struct BootMoment {
  std::string boot_id;
  Nanoseconds time;  ///< CLOCK_BOOTTIME
};

/// Whether nothing more is undone unless the user asks for it: undone, partly undone, ended.
[[nodiscard]] bool is_over(EntryState state);

/// Whether the entry should be undone by now but is not: its deadline in this boot has passed.
[[nodiscard]] bool is_overdue(const HistoryEntry& entry, const BootMoment& now);

/// The entry's state in words, with details that the state alone does not show: "unconfirmed",
/// "overdue, its watchdog is gone", "partly undone".
[[nodiscard]] std::string describe_state(const HistoryEntry& entry, const BootMoment& now);

/// One sentence for an entry whose watchdog died before it finished, with the command that finishes
/// the work; nothing for every other entry.
[[nodiscard]] std::optional<std::string> describe_lost_watchdog(const HistoryEntry& entry,
                                                                const BootMoment& now);

/// Whether a step of the entry has its line in that state.
[[nodiscard]] bool has_lines(const HistoryEntry& entry, PersistState state);
/// Whether lines of the entry are in weir's file, or are being removed from it.
[[nodiscard]] bool stands_in_files(const HistoryEntry& entry);

}  // namespace weir
