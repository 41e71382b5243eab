#include "ui/view/history.h"

#include <utility>

#include "base/calendar.h"

namespace weir::ui {
namespace {

Tone state_tone(EntryState state) {
  switch (state) {
    case EntryState::planned:
    case EntryState::applying:
    case EntryState::undoing: return Tone::notice;
    case EntryState::partly_undone:
    case EntryState::unconfirmed: return Tone::warning;
    case EntryState::confirmed: return Tone::good;
    case EntryState::undone:
    case EntryState::ended: return Tone::dim;
    case EntryState::failed: return Tone::critical;
  }
  return Tone::plain;
}

Tone state_tone(const HistoryEntry& entry, const BootMoment& now) {
  return describe_lost_watchdog(entry, now) ? Tone::critical : state_tone(entry.state);
}

Tone state_tone(StepState state) {
  switch (state) {
    case StepState::pending:
    case StepState::ended: return Tone::dim;
    case StepState::intended:
    case StepState::left_alone: return Tone::warning;
    case StepState::done: return Tone::good;
    case StepState::undone: return Tone::plain;
  }
  return Tone::plain;
}

std::string step_name(const HistoryStep& step) {
  return step.kind ? step_title(*step.kind, step.target) : step.target;
}

/// The state of the step's line in weir's file; empty if it has none.
std::string line_words(PersistState state) {
  switch (state) {
    case PersistState::asked: return "  at every boot once confirmed";
    case PersistState::wanted: return "  at every boot";
    case PersistState::refused: return "  not kept after a reboot";
    case PersistState::leaving: return "  still in the file that is read at boot";
    case PersistState::dropped: return "";
  }
  return "";
}

Text step_text(const HistoryStep& step) {
  Text text{{step_name(step) + "  "},
            {step.old_value.value_or("?"), Tone::removed},
            {" → "},
            {step.wanted, Tone::added}};
  const std::string line = step.persist ? line_words(*step.persist) : std::string();
  if (!line.empty()) text.push_back({line, Tone::dim});
  return text;
}

}  // namespace

View history_view(const std::vector<HistoryEntry>& entries, const BootMoment& now) {
  View view;
  if (entries.empty()) {
    view.blocks.emplace_back(Paragraph{{{"weir has changed nothing on this host"}}, Mark::none, 0});
    return view;
  }
  Table table;
  table.columns = {{"ID", true}, {"APPLIED (UTC)", false}, {"STATE", false}, {"CHANGES", false}};
  for (const auto& entry : entries) {
    Text changes;
    for (const auto& step : entry.steps) {
      if (!changes.empty()) changes.push_back({"\n"});
      for (auto& span : step_text(step)) changes.push_back(std::move(span));
    }
    if (!entry.note.empty())
      changes.push_back({(changes.empty() ? "" : "\n") + entry.note, Tone::dim});
    std::string when = format_rfc3339(entry.created).substr(0, 16);
    when[10] = ' ';
    table.rows.push_back({{{std::to_string(entry.id), Tone::strong}},
                          {{when}},
                          {{describe_state(entry, now), state_tone(entry, now)}},
                          std::move(changes)});
  }
  view.blocks.emplace_back(std::move(table));
  return view;
}

View outcome_view(const HistoryEntry& entry, bool succeeded, const std::string& sentence,
                  const std::vector<std::string>& notices) {
  View view;
  view.blocks.emplace_back(Paragraph{{{sentence, succeeded ? Tone::strong : Tone::critical}},
                                     succeeded ? Mark::good : Mark::critical,
                                     0});
  for (const auto& step : entry.steps) {
    Text text = step_text(step);
    text.push_back({"  " + std::string(step_state_id(step.state)), state_tone(step.state)});
    if (!step.note.empty()) text.push_back({": " + step.note, Tone::dim});
    view.blocks.emplace_back(Paragraph{std::move(text), Mark::none, 2});
  }
  for (const auto& notice : notices)
    view.blocks.emplace_back(Paragraph{{{notice}}, Mark::notice, 0});
  return view;
}

}  // namespace weir::ui
