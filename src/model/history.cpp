#include "model/history.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

constexpr std::array all_entry_states{
    EntryState::planned,   EntryState::applying, EntryState::unconfirmed,
    EntryState::confirmed, EntryState::undoing,  EntryState::undone,
    EntryState::failed,    EntryState::ended,    EntryState::partly_undone};
constexpr std::array all_step_states{StepState::pending, StepState::intended,   StepState::done,
                                     StepState::undone,  StepState::left_alone, StepState::ended};
constexpr std::array all_persist_states{PersistState::asked, PersistState::wanted,
                                        PersistState::refused, PersistState::leaving,
                                        PersistState::dropped};

/// Written to the kernel; a deadline decides whether it stays.
bool is_waiting(EntryState state) {
  return state == EntryState::applying || state == EntryState::unconfirmed;
}

bool lost_its_watchdog(const HistoryEntry& entry, const BootMoment& now) {
  return is_waiting(entry.state) && entry.deadline && !entry.is_guarded &&
         entry.place.boot_id == now.boot_id;
}

}  // namespace

std::string_view entry_state_id(EntryState state) {
  switch (state) {
    case EntryState::planned: return "planned";
    case EntryState::applying: return "applying";
    case EntryState::unconfirmed: return "unconfirmed";
    case EntryState::confirmed: return "confirmed";
    case EntryState::undoing: return "undoing";
    case EntryState::undone: return "undone";
    case EntryState::partly_undone: return "partly-undone";
    case EntryState::failed: return "failed";
    case EntryState::ended: return "ended";
  }
  return "";
}

std::optional<EntryState> parse_entry_state(std::string_view id) {
  for (const EntryState state : all_entry_states)
    if (entry_state_id(state) == id) return state;
  return std::nullopt;
}

std::string_view step_state_id(StepState state) {
  switch (state) {
    case StepState::pending: return "pending";
    case StepState::intended: return "intended";
    case StepState::done: return "done";
    case StepState::undone: return "undone";
    case StepState::left_alone: return "left-alone";
    case StepState::ended: return "ended";
  }
  return "";
}

std::optional<StepState> parse_step_state(std::string_view id) {
  for (const StepState state : all_step_states)
    if (step_state_id(state) == id) return state;
  return std::nullopt;
}

std::string_view persist_state_id(PersistState state) {
  switch (state) {
    case PersistState::asked: return "asked";
    case PersistState::wanted: return "wanted";
    case PersistState::refused: return "refused";
    case PersistState::leaving: return "leaving";
    case PersistState::dropped: return "dropped";
  }
  return "";
}

std::optional<PersistState> parse_persist_state(std::string_view id) {
  for (const PersistState state : all_persist_states)
    if (persist_state_id(state) == id) return state;
  return std::nullopt;
}

bool is_over(EntryState state) {
  return state == EntryState::undone || state == EntryState::partly_undone ||
         state == EntryState::ended;
}

bool is_overdue(const HistoryEntry& entry, const BootMoment& now) {
  if (!is_waiting(entry.state) || entry.place.boot_id != now.boot_id) return false;
  return entry.deadline && now.time >= *entry.deadline;
}

std::string describe_state(const HistoryEntry& entry, const BootMoment& now) {
  if (is_overdue(entry, now))
    return entry.is_guarded ? "overdue, being undone" : "overdue, its watchdog is gone";
  if (lost_its_watchdog(entry, now))
    return std::string(entry_state_id(entry.state)) + ", its watchdog is gone";
  return entry.state == EntryState::partly_undone ? "partly undone"
                                                  : std::string(entry_state_id(entry.state));
}

std::optional<std::string> describe_lost_watchdog(const HistoryEntry& entry,
                                                  const BootMoment& now) {
  if (!lost_its_watchdog(entry, now)) return std::nullopt;
  const std::string id = std::to_string(entry.id);
  if (is_overdue(entry, now))
    return "entry " + id + " is overdue, and its watchdog is gone: run `weir undo " + id +
           "` to restore the old values";
  return "entry " + id +
         " is unconfirmed, its watchdog is gone, and its deadline will not undo it: run `weir confirm " +
         id + "` to keep it, or `weir undo " + id + "`";
}

bool has_lines(const HistoryEntry& entry, PersistState state) {
  return std::any_of(entry.steps.begin(), entry.steps.end(),
                     [state](const HistoryStep& step) { return step.persist == state; });
}

bool stands_in_files(const HistoryEntry& entry) {
  return has_lines(entry, PersistState::wanted) || has_lines(entry, PersistState::leaving);
}

}  // namespace weir
