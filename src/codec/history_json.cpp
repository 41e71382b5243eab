#include "codec/history_json.h"

#include <algorithm>

#include "base/calendar.h"
#include "codec/json_put.h"

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

}  // namespace weir::codec
