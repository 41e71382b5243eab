#include "ui/view/history.h"

#include <algorithm>
#include <utility>

#include "base/number_text.h"
#include "ui/view/numbers.h"

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

/// The words after the value: where the value comes from.
std::string ahead_words(Ahead ahead) {
  switch (ahead) {
    case Ahead::weir: return "";
    case Ahead::configuration: return ", from a sysctl file";
    case Ahead::before: return ", the value before weir";
    case Ahead::somebody: return ", changed without weir";
    case Ahead::anew: return ", of a new socket";
    case Ahead::gone: return "gone";
  }
  return "";
}

Text now_text(const DriftRow& row) {
  if (row.now == Ahead::weir) return {{row.wanted, Tone::good}, {", as weir left it"}};
  return {{row.live.value_or("") + ahead_words(row.now), Tone::warning},
          {"; weir's " + row.wanted}};
}

Span boot_span(const DriftRow& row) {
  if (!row.configured)
    return {row.persisted ? "the kernel's default: weir's line is missing" : "the kernel's default",
            row.loses_at_boot ? Tone::warning : Tone::dim};
  const std::string text = row.configured->value + " by " + row.configured->file + ":" +
                           std::to_string(row.configured->line);
  return {text, row.loses_at_boot ? Tone::warning : row.persisted ? Tone::good : Tone::dim};
}

Text row_text(const DriftRow& row, bool is_set_at_boot) {
  Text text = now_text(row);
  if (!can_persist(row.kind) || !is_set_at_boot) return text;
  text.push_back({"\nat the next boot "});
  text.push_back(boot_span(row));
  return text;
}

Paragraph drift_summary(const Drift& drift) {
  const auto count = static_cast<std::int64_t>(drift.rows.size());
  const auto drifted =
      static_cast<std::int64_t>(std::count_if(drift.rows.begin(), drift.rows.end(), is_drifted));
  if (count == 0) return {{{"No change by weir is in effect here"}}, Mark::none, 0};
  if (drifted == 0)
    return {{{show_plural(count, "value is", "values are") + " as weir left " +
                  (count == 1 ? "it" : "them"),
              Tone::strong}},
            Mark::good,
            0};
  return {{{std::to_string(drifted) + " of " + show_plural(count, "value", "values") + " drifted",
            Tone::strong},
           {"; weir leaves these values alone, and `weir undo` restores them only with --force"}},
          Mark::warning,
          0};
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

View drift_view(const Drift& drift) {
  View view;
  view.blocks.emplace_back(drift_summary(drift));
  if (!drift.rows.empty()) {
    view.blocks.emplace_back(Gap{});
    Table table;
    table.columns = {{"ENTRY", true},
                     {"TARGET", false},
                     {drift.host.initial_netns ? "NOW, AND AT THE NEXT BOOT" : "NOW", false}};
    for (const DriftRow& row : drift.rows) {
      table.rows.push_back({{{std::to_string(row.entry)}},
                            {{step_title(row.kind, row.target), Tone::strong}},
                            row_text(row, drift.host.initial_netns)});
    }
    view.blocks.emplace_back(std::move(table));
  }
  if (drift.elsewhere > 0) {
    const std::string words =
        show_plural(drift.elsewhere, "entry is", "entries are") +
        " in effect in other network namespaces; look there with --netns or --pid";
    view.blocks.emplace_back(Paragraph{{{words}}, Mark::notice, 0});
  }
  for (const NotSeen& hidden : drift.not_seen)
    view.blocks.emplace_back(
        Paragraph{{{"not read: " + hidden.what + ": " + hidden.why}}, Mark::notice, 0});
  return view;
}

}  // namespace weir::ui
