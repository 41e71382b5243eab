#include "codec/size_json.h"

#include <optional>
#include <string_view>

#include "codec/json_writer.h"

namespace weir::codec {
namespace {

void put_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name);
  json.begin_array();
  for (const auto& text : texts) json.text(text);
  json.end_array();
}

void put_goal(JsonWriter& json, const SizingGoal& goal) {
  json.key("goal");
  json.begin_object();
  put(json, "connections", goal.connections);
  put(json, "rate_per_second", goal.rate.count);
  put(json, "round_trip_ns", goal.round_trip.count);
  put(json, "bandwidth_bits_per_second", goal.bandwidth.count);
  put(json, "idle_permille", goal.idle_permille);
  put_or_null(json, "flow_bits_per_second",
              goal.flow ? std::optional(goal.flow->count) : std::nullopt);
  put(json, "upstreams", goal.upstreams);
  put(json, "upstream_connections", goal.upstream_connections);
  put(json, "workers", goal.workers);
  put(json, "application_bytes", goal.application.count);
  put(json, "pause_ns", goal.pause.count);
  json.end_object();
}

void put_host(JsonWriter& json, const SizingHost& host) {
  json.key("host");
  json.begin_object();
  json.key("described");
  json.boolean(host.described);
  put(json, "hostname", host.name);
  put(json, "kernel", host.kernel_text);
  put_or_null(json, "memory_bytes", known(host.memory.count));
  put(json, "page_size_bytes", host.page_size.count);
  put_or_null(json, "cpus", known(host.cpus));
  put(json, "link", host.link);
  put_or_null(json, "link_bits_per_second",
              host.link_speed ? std::optional(host.link_speed->count) : std::nullopt);
  put(json, "listener", host.listener);
  put(json, "server", host.server);
  put_or_null(json, "file_limit", host.file_limit);
  json.key("conntrack");
  json.boolean(host.tracks);
  json.end_object();
}

void put_need(JsonWriter& json, const SizingNeed& need) {
  json.begin_object();
  put(json, "stage", stage_id(need.stage));
  put(json, "name", need.name);
  put(json, "resource", need.resource);
  put(json, "unit", need.unit);
  put(json, "needed", need.needed);
  put_or_null(json, "available", need.available);
  put(json, "load", need.load);
  put(json, "wanted", need.wanted);
  put_or_null(json, "breaks_at", need.breaks_at);
  put_or_null(json, "carried", share_carried(need));
  put_or_null(json, "movable_to", need.movable_to);
  put(json, "formula", need.formula);
  put(json, "remedy", need.remedy);
  json.end_object();
}

void put_setting(JsonWriter& json, const SizingSetting& setting) {
  json.begin_object();
  put(json, "kind", step_kind_id(setting.kind));
  put(json, "name", setting.name);
  json.key("from");
  setting.from.empty() ? json.null() : json.text(setting.from);
  put(json, "to", setting.to);
  put(json, "reason", setting.reason);
  put(json, "formula", setting.formula);
  put(json, "risk", setting.risk);
  json.end_object();
}

}  // namespace

std::string sizing_to_json(const Sizing& sizing) {
  JsonWriter json(every_level);
  json.begin_object();
  put(json, "schema", "weir.size/1");
  put_goal(json, sizing.goal);
  put_host(json, sizing.host);
  json.key("needs");
  json.begin_array();
  for (const auto& need : sizing.needs) put_need(json, need);
  json.end_array();
  json.key("breaks_first");
  sizing.breaks.empty() ? json.null() : json.text(sizing.breaks.front());
  put_texts(json, "breaks", sizing.breaks);
  put_texts(json, "unreachable", sizing.unreachable);
  json.key("settings");
  json.begin_array();
  for (const auto& setting : sizing.settings) put_setting(json, setting);
  json.end_array();
  put_texts(json, "notes", sizing.notes);
  json.end_object();
  return json.take();
}

}  // namespace weir::codec
