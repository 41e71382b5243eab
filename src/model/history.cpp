#include "model/history.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

constexpr std::array all_entry_states{EntryState::planned, EntryState::applying, EntryState::unconfirmed, EntryState::confirmed,
                                      EntryState::undoing, EntryState::undone,   EntryState::failed,      EntryState::ended};
constexpr std::array all_step_states{StepState::pending, StepState::intended, StepState::done, StepState::undone, StepState::left_alone, StepState::ended};
constexpr std::array all_persist_states{PersistState::asked, PersistState::wanted, PersistState::refused, PersistState::leaving, PersistState::dropped};

}  // namespace

std::string_view entry_state_id(EntryState state) {
  switch (state) {
    case EntryState::planned: return "planned";
    case EntryState::applying: return "applying";
    case EntryState::unconfirmed: return "unconfirmed";
    case EntryState::confirmed: return "confirmed";
    case EntryState::undoing: return "undoing";
    case EntryState::undone: return "undone";
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

bool has_lines(const HistoryEntry& entry, PersistState state) {
  return std::any_of(entry.steps.begin(), entry.steps.end(), [state](const HistoryStep& step) { return step.persist == state; });
}

bool stands_in_files(const HistoryEntry& entry) { return has_lines(entry, PersistState::wanted) || has_lines(entry, PersistState::leaving); }

}  // namespace weir
