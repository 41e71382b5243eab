#include "codec/history_json.h"

#include <algorithm>

#include "base/number_text.h"
#include "codec/json_writer.h"

namespace weir::codec {
namespace {

/// The values that the kernel changed together with the step. The field is written only if it has
/// entries.
void put_changed_sides(JsonWriter& json, const std::vector<SideValue>& changed) {
  const auto is_unchanged = [](const SideValue& side) { return side.after == side.before; };
  if (std::all_of(changed.begin(), changed.end(), is_unchanged)) return;
  json.key("also_changed");
  json.begin_array();
  for (const SideValue& side : changed) {
    if (is_unchanged(side)) continue;
    json.begin_object();
    put(json, "target", target_name(side.target));
    put(json, "from", side.before);
    json.key("to");
    side.after ? json.text(*side.after) : json.null();
    json.end_object();
  }
  json.end_array();
}

void put_step(JsonWriter& json, const HistoryStep& step) {
  json.begin_object();
  // A step that only a newer weir knows has its kind only in the journal's plan.
  put(json, "kind", step.kind ? step_kind_id(*step.kind) : "unknown");
  put(json, "target", step.target);
  put(json, "finding", step.finding);
  json.key("from");
  step.old_value ? json.text(*step.old_value) : json.null();
  put(json, "to", step.wanted);
  put_changed_sides(json, step.sides);
  put(json, "state", step_state_id(step.state));
  put(json, "note", step.note);
  json.key("persist");
  step.persist ? json.text(persist_state_id(*step.persist)) : json.null();
  json.end_object();
}

void put_entry(JsonWriter& json, const HistoryEntry& entry, const BootMoment& now) {
  json.begin_object();
  json.key("id");
  json.integer(entry.id);
  put(json, "created_at", format_rfc3339(entry.created));
  put(json, "state", entry_state_id(entry.state));
  json.key("deadline_boot_time_ns");
  entry.deadline ? json.integer(entry.deadline->count) : json.null();
  json.key("overdue");
  json.boolean(is_overdue(entry, now));
  json.key("watchdog_gone");
  json.boolean(describe_lost_watchdog(entry, now).has_value());
  put(json, "weir_version", entry.weir_version);
  put(json, "machine_id", entry.place.machine_id);
  put(json, "boot_id", entry.place.boot_id);
  json.key("netns");
  json.unsigned_integer(entry.place.netns);
  put(json, "netns_path", entry.netns_path);
  put(json, "note", entry.note);
  json.key("steps");
  json.begin_array();
  for (const auto& step : entry.steps) put_step(json, step);
  json.end_array();
  json.end_object();
}

void put_configured(JsonWriter& json, const std::optional<ConfigLine>& line) {
  json.key("next_boot");
  if (!line) {
    json.null();
    return;
  }
  json.begin_object();
  put(json, "value", line->value);
  put(json, "file", line->file);
  json.key("line");
  json.integer(line->line);
  json.end_object();
}

void put_row(JsonWriter& json, const DriftRow& row) {
  json.begin_object();
  json.key("entry");
  json.integer(row.entry);
  put(json, "kind", step_kind_id(row.kind));
  put(json, "target", row.target);
  json.key("drifted");
  json.boolean(is_drifted(row));
  put(json, "weir", row.wanted);
  json.key("live");
  row.live ? json.text(*row.live) : json.null();
  put(json, "ahead", ahead_id(row.now));
  json.key("persisted");
  json.boolean(row.persisted);
  json.key("loses_at_boot");
  json.boolean(row.loses_at_boot);
  put_configured(json, row.configured);
  json.end_object();
}

}  // namespace

std::string history_to_json(const std::vector<HistoryEntry>& entries, const BootMoment& now) {
  JsonWriter json(every_level);
  json.begin_object();
  put(json, "schema", "weir.history/1");
  json.key("entries");
  json.begin_array();
  for (const auto& entry : entries) put_entry(json, entry, now);
  json.end_array();
  json.end_object();
  return json.take();
}

std::string drift_to_json(const Drift& drift) {
  JsonWriter json(every_level);
  json.begin_object();
  put(json, "schema", "weir.drift/1");
  put(json, "hostname", drift.host.hostname);
  put(json, "boot_id", drift.host.place.boot_id);
  json.key("netns");
  json.unsigned_integer(drift.host.place.netns);
  json.key("drifted");
  json.boolean(std::any_of(drift.rows.begin(), drift.rows.end(), is_drifted));
  json.key("rows");
  json.begin_array();
  for (const DriftRow& row : drift.rows) put_row(json, row);
  json.end_array();
  json.key("elsewhere");
  json.integer(drift.elsewhere);
  json.key("not_seen");
  json.begin_array();
  for (const NotSeen& hidden : drift.not_seen) {
    json.begin_object();
    put(json, "what", hidden.what);
    put(json, "why", hidden.why);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace weir::codec
