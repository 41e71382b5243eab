#include "codec/report_json.h"

#include <optional>
#include <string_view>

#include "base/number_text.h"
#include "codec/fields.h"
#include "codec/json_writer.h"
#include "codec/report_fields.h"
#include "model/stage.h"

namespace weir::codec {
namespace {

/// Writes nothing if the value does not apply.
void put_if(JsonWriter& json, std::string_view name, const std::string& value) {
  if (!value.empty()) put(json, name, value);
}

void put_flat(JsonWriter& json, std::string_view name, const std::vector<std::int64_t>& values) {
  json.key(name);
  json.begin_flat_array();
  for (const auto value : values) json.integer(value);
  json.end_array();
}

void put_value(JsonWriter& json, const ResourceUse& value);
void put_value(JsonWriter& json, const StageReport& value);
void put_value(JsonWriter& json, const NotSeen& value);
void put_value(JsonWriter& json, const LineVerdict& value);

template <class T>
void put_all(JsonWriter& json, std::string_view name, const std::vector<T>& values) {
  json.key(name);
  json.begin_array();
  for (const auto& value : values) put_value(json, value);
  json.end_array();
}

void put_value(JsonWriter& json, const ResourceUse& use) {
  json.begin_object();
  put(json, "kind", use.kind);
  put(json, "name", use.name);
  put_or_null(json, "capacity", use.capacity);
  put_flat(json, "thresholds", use.thresholds);
  put_or_null(json, "used", use.used);
  put_or_null(json, "peak", use.peak);
  json.key("saturation");
  use.saturation ? json.decimal(*use.saturation) : json.null();
  put_or_null(json, "errors", use.errors);
  put(json, "unit", use.unit);
  json.end_object();
}

void put_value(JsonWriter& json, const StageReport& stage) {
  json.begin_object();
  put(json, "id", stage_id(stage.stage));
  put_all(json, "resources", stage.resources);
  json.end_object();
}

void put_value(JsonWriter& json, const NotSeen& not_seen) {
  json.begin_object();
  put(json, "what", not_seen.what);
  put(json, "why", not_seen.why);
  json.key("hides");
  json.begin_flat_array();
  for (const auto& id : not_seen.hides) json.text(id);
  json.end_array();
  json.end_object();
}

void put_value(JsonWriter& json, const LineVerdict& verdict) {
  json.begin_object();
  put(json, "file", verdict.line.file);
  json.key("line");
  json.integer(verdict.line.line);
  put(json, "key", verdict.line.key);
  put(json, "value", verdict.line.value);
  put(json, "verdict", verdict_id(verdict.verdict));
  json.key("severity");
  verdict.severity ? json.text(severity_id(*verdict.severity)) : json.null();
  put_if(json, "default", verdict.default_value);
  put(json, "why", verdict.why);
  json.end_object();
}

ReportHost make_report_host(const Report& report) {
  ReportHost host;
  host.hostname = report.host.hostname;
  host.kernel = report.host.kernel;
  host.netns = report.host.place.netns;
  host.boot_id = report.host.place.boot_id;
  host.taken_at = format_rfc3339(report.host.wall_time);
  host.window_s = to_seconds(report.window);
  return host;
}

/// The host of a config report is the machine that the verdicts were computed for. An unknown value
/// is null.
void put_config_host(JsonWriter& json, const ConfigHost& host) {
  json.begin_object();
  put(json, "kernel", host.kernel_text);
  put_or_null(json, "memory_bytes", known(host.memory.count));
  put_or_null(json, "page_size_bytes", known(host.page_size.count));
  put_or_null(json, "cpus", known(host.cpus));
  json.key("described");
  json.boolean(host.described);
  json.end_object();
}

}  // namespace

std::string report_to_json(const Report& report) {
  JsonWriter json(every_level);
  FieldWriter writer(json);
  json.begin_object();
  put(json, "schema", "weir.check/1");
  writer("host", make_report_host(report));
  put_all(json, "stages", report.stages);
  writer("findings", report.findings);
  put_all(json, "not_seen", report.not_seen);
  writer.added("read_by", report.read_by);
  json.end_object();
  return json.take();
}

std::string config_report_to_json(const ConfigReport& report) {
  JsonWriter json(every_level);
  FieldWriter writer(json);
  json.begin_object();
  put(json, "schema", "weir.config/1");
  json.key("host");
  put_config_host(json, report.host);
  put_all(json, "lines", report.lines);
  writer("findings", report.findings);
  json.end_object();
  return json.take();
}

}  // namespace weir::codec
