#include "codec/drift_json.h"

#include <algorithm>

#include "codec/json_put.h"

namespace weir::codec {
namespace {

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
