// HistoryEntry: what is remembered of one applied Plan: its state, its deadline, each step's old
// and new value. Not the journal (store/ keeps it) and not the Plan (what was asked for).
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

/// Where an applied plan stands. act/confirm.h is the machine; every arrow is one durable
/// transaction of the journal, taken before what it announces is done.
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
/// "taken before what it announces is done" has one exception: at a deadline the old values are put
/// back first, and recorded afterwards. A weir that dies in between leaves the deadline passed, and
/// the next start begins again. Whether an unconfirmed entry is kept is decided without the
/// journal: store/verdict.h.
enum class EntryState {
  planned,        ///< recorded; nothing was written to the kernel
  applying,       ///< steps are being written
  unconfirmed,    ///< all written; undone at the deadline unless confirmed
  confirmed,      ///< all written, and meant to stay
  undoing,        ///< old values are being put back
  undone,         ///< nothing of it is left
  partly_undone,  ///< what others changed since was left alone; the rest is back
  failed,         ///< an old value could not be put back; the next start tries again
  ended,          ///< the boot, the namespace or the sockets that it changed are gone
};

/// Where one step stands.
enum class StepState {
  pending,     ///< not begun
  intended,    ///< the old value is recorded; the kernel may or may not have the new one
  done,        ///< written and read back
  undone,      ///< the old value is back
  left_alone,  ///< another value than weir's was found; it stays
  ended,       ///< the socket, the interface or the setting is gone
};

/// Where a step's line in weir's own file stands, for a plan that was applied with --persist. The
/// file follows the journal: it holds the lines that are `wanted`, and act/persist.h sees to it.
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
  asked,    ///< waits for the confirmation: nothing of it is in a file
  wanted,   ///< in the file, or about to be
  refused,  ///< confirmed, but the file could not be written
  leaving,  ///< about to be taken out
  dropped,  ///< not in the file any more, or never
};

/// "unconfirmed", "left-alone": as in JSON and the journal.
[[nodiscard]] std::string_view entry_state_id(EntryState state);
[[nodiscard]] std::optional<EntryState> parse_entry_state(std::string_view id);
[[nodiscard]] std::string_view step_state_id(StepState state);
[[nodiscard]] std::optional<StepState> parse_step_state(std::string_view id);
[[nodiscard]] std::string_view persist_state_id(PersistState state);
[[nodiscard]] std::optional<PersistState> parse_persist_state(std::string_view id);

/// A process beyond the reuse of its pid.
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
  std::optional<std::string> old_value;  ///< as read when it was applied; nothing before
  StepState state = StepState::pending;
  /// what happened, when there is more to say than the state
  std::string note;
  std::optional<PersistState> persist = std::nullopt;  ///< nothing: it was not to outlive the boot
  /// what the kernel changed with it, or may change
  std::vector<SideValue> sides = {};
};

struct HistoryEntry {
  std::int64_t id = 0;
  Nanoseconds created;  ///< wall time
  std::string weir_version;
  Place place;  ///< the plan's
  /// how it was reached: "/run/netns/x", "/proc/812/ns/net"; empty: the caller's own
  std::string netns_path;
  EntryState state = EntryState::planned;
  /// CLOCK_BOOTTIME of that boot; nothing: no confirmation asked for
  std::optional<Nanoseconds> deadline;
  ProcessIdentity applier;
  std::string note;  ///< why it is in this state, when the state alone does not say it
  std::vector<HistoryStep> steps;
  /// Whether a watchdog lives that undoes it when nobody confirms it. As of the moment of reading;
  /// false for an entry that is over or confirmed.
  bool is_guarded = false;
};

/// A moment of one boot: what a deadline is compared with.
struct BootMoment {
  std::string boot_id;
  Nanoseconds time;  ///< CLOCK_BOOTTIME
};

/// Nothing is undone any more unless the user says so: undone, partly undone, ended.
[[nodiscard]] bool is_over(EntryState state);

/// Whether the entry was to be undone by now and is not: its deadline in this boot has passed.
[[nodiscard]] bool is_overdue(const HistoryEntry& entry, const BootMoment& now);

/// The entry's state in words, with what the state alone hides: "unconfirmed",
/// "overdue, its watchdog is gone", "partly undone".
[[nodiscard]] std::string describe_state(const HistoryEntry& entry, const BootMoment& now);

/// One sentence for an entry whose watchdog is gone before it did its work, with the command that
/// does it; nothing for every other entry.
[[nodiscard]] std::optional<std::string> describe_lost_watchdog(const HistoryEntry& entry,
                                                                const BootMoment& now);

/// Whether a step of the entry has its line in that state.
[[nodiscard]] bool has_lines(const HistoryEntry& entry, PersistState state);
/// Whether lines of the entry are in weir's file, or on their way out of it.
[[nodiscard]] bool stands_in_files(const HistoryEntry& entry);

}  // namespace weir
