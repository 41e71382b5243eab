#include "codec/report_json.h"

#include <optional>
#include <string_view>

#include "base/calendar.h"
#include "codec/json_put.h"
#include "model/stage.h"

namespace weir::codec {
namespace {

/// Writes nothing if the value does not apply.
void put_if(JsonWriter& json, std::string_view name, const std::optional<std::int64_t>& value) {
  if (!value) return;
  json.key(name);
  json.integer(*value);
}

void put_if(JsonWriter& json, std::string_view name, const std::optional<std::uint64_t>& value) {
  if (!value) return;
  json.key(name);
  json.unsigned_integer(*value);
}

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
void put_value(JsonWriter& json, const Evidence& value);
void put_value(JsonWriter& json, const Symptom& value);
void put_value(JsonWriter& json, const Change& value);
void put_value(JsonWriter& json, const Resource& value);
void put_value(JsonWriter& json, const Finding& value);
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

void put_value(JsonWriter& json, const Evidence& evidence) {
  json.begin_object();
  put(json, "source", evidence.source);
  put(json, "name", evidence.name);
  put_if(json, "delta", evidence.delta);
  if (evidence.per_second) {
    json.key("per_second");
    json.decimal(*evidence.per_second);
  }
  put_if(json, "total", evidence.total);
  put_if(json, "since", evidence.since);
  if (evidence.value) put(json, "value", *evidence.value);
  json.end_object();
}

void put_value(JsonWriter& json, const Symptom& symptom) {
  json.begin_object();
  put(json, "id", symptom.id);
  put_all(json, "evidence", symptom.evidence);
  json.end_object();
}

void put_value(JsonWriter& json, const Change& change) {
  json.begin_object();
  put(json, "kind", step_kind_id(change.kind));
  put(json, "target", change.target);
  put(json, "from", change.from);
  put(json, "to", change.to);
  json.end_object();
}

void put_value(JsonWriter& json, const Resource& resource) {
  json.begin_object();
  put(json, "kind", resource.kind);
  put(json, "name", resource.name);
  put_if(json, "netns", resource.netns);
  put_if(json, "cookie", resource.cookie);
  put_if(json, "inode", resource.inode);
  put_if(json, "port", resource.port);
  if (!resource.pids.empty()) put_flat(json, "pids", resource.pids);
  put_if(json, "command", resource.command);
  put_if(json, "group_size", resource.group_size);
  put_if(json, "file", resource.file);
  put_if(json, "line", resource.line);
  json.end_object();
}

void put_value(JsonWriter& json, const Finding& finding) {
  json.begin_object();
  put(json, "id", finding.id);
  put(json, "stage", stage_id(finding.stage));
  put(json, "severity", severity_id(finding.severity));
  json.key("resource");
  put_value(json, finding.resource);
  put_all(json, "evidence", finding.evidence);
  put_all(json, "symptoms", finding.symptoms);
  put(json, "title", finding.title);
  put(json, "meaning", finding.meaning);
  put(json, "remedy", finding.remedy);
  put(json, "risk", finding.risk);
  put_all(json, "changes", finding.changes);
  json.key("lost_per_second");
  json.decimal(finding.lost_per_second);
  put_all(json, "also", finding.also);
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
  json.begin_object();
  put(json, "schema", "weir.check/1");
  json.key("host");
  json.begin_object();
  put(json, "hostname", report.host.hostname);
  put(json, "kernel", report.host.kernel);
  json.key("netns");
  json.unsigned_integer(report.host.place.netns);
  put(json, "boot_id", report.host.place.boot_id);
  put(json, "taken_at", format_rfc3339(report.host.wall_time));
  json.key("window_s");
  json.decimal(to_seconds(report.window));
  json.end_object();
  put_all(json, "stages", report.stages);
  put_all(json, "findings", report.findings);
  put_all(json, "not_seen", report.not_seen);
  if (!report.read_by.empty()) {
    json.key("read_by");
    json.begin_object();
    for (const auto& [subject, method] : report.read_by) put(json, subject, method);
    json.end_object();
  }
  json.end_object();
  return json.take();
}

std::string config_report_to_json(const ConfigReport& report) {
  JsonWriter json(every_level);
  json.begin_object();
  put(json, "schema", "weir.config/1");
  json.key("host");
  put_config_host(json, report.host);
  put_all(json, "lines", report.lines);
  put_all(json, "findings", report.findings);
  json.end_object();
  return json.take();
}

}  // namespace weir::codec
