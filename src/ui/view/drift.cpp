#include "ui/view/drift.h"

#include <algorithm>
#include <utility>

#include "ui/view/numbers.h"

namespace weir::ui {
namespace {

/// The words after the value: where the value comes from.
std::string ahead_words(Ahead ahead) {
  switch (ahead) {
    case Ahead::weir: return "";
    case Ahead::configuration: return ", from a sysctl file";
    case Ahead::before: return ", the value before weir";
    case Ahead::somebody: return ", changed without weir";
    case Ahead::anew: return ", the value of a new socket";
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
