#include "codec/plan_json.h"

#include <type_traits>
#include <utility>
#include <variant>

#include "codec/fields.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "codec/recording_fields.h"
#include "model/sysctl_name.h"

namespace weir::codec {

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<SysctlTarget> /*tag*/) {
  visit("name", x.name);
  visit.added("index", x.index);
  visit.added("address", x.address);
  if constexpr (!std::is_const_v<X>) x.name = canonical_sysctl_name(x.name);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<ListenerTarget> /*tag*/) {
  visit("name", x.name);
  visit("cookie", x.cookie);
  visit("inode", x.inode);
  visit("family", x.family);
  visit("command", x.command);
  visit("owners", x.owners);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<LimitTarget> /*tag*/) {
  visit("pid", x.pid, pid_bounds);
  visit("start_time_ticks", x.start_time);
  visit("command", x.command);
  visit("resource", x.resource);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<LinkTarget> /*tag*/) {
  visit("interface", x.interface);
  visit("index", x.index, interface_bounds);
  visit("address", x.address);
  visit("attribute", x.attribute);
}

/// The kind comes first: it decides which fields the target has.
inline void target_fields(FieldWriter& visit, const Step& step) {
  visit("kind", std::string(step_kind_id(step_kind(step))));
  std::visit([&visit](const auto& target) { visit("target", target); }, step.target);
}

inline void target_fields(FieldReader& visit, Step& step) {
  std::string id;
  visit("kind", id);
  if (visit.state().error) return;
  const auto kind = parse_step_kind(id);
  if (!kind)
    return visit.state().fail(
        "is a step of the kind \"" + escape_bytes(id) +
            "\", which this weir does not know; apply the plan with the weir that made it",
        ErrorCode::unsupported);
  step.target = make_target(*kind);
  std::visit([&visit](auto& target) { visit("target", target); }, step.target);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Step> /*tag*/) {
  target_fields(visit, x);
  visit("expected", x.expected);
  visit("wanted", x.wanted);
  visit("finding", x.finding);
  visit.added("also_cures", x.also_cures);
  visit.added("evidence", x.evidence);
  visit("reason", x.reason);
  visit("formula", x.formula);
  visit("risk", x.risk);
  visit("scope", x.scope);
  visit("durable", x.durable);
  visit.added("persist", x.persist);
  visit.computed("can_cut_traffic", can_cut_traffic(x.target));
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<BoundNic> /*tag*/) {
  visit("name", x.name);
  visit("address", x.address);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<PlanBinding> /*tag*/) {
  visit("machine_id", x.place.machine_id);
  visit("boot_id", x.place.boot_id);
  visit("kernel", x.kernel);
  visit("netns", x.place.netns);
  visit("netns_cookie", x.place.netns_cookie);
  visit.added("memory_bytes", x.memory);
  visit.added("nics", x.nics);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<LineAdvice> /*tag*/) {
  visit("line", x.line);
  visit("verdict", x.verdict);
  visit("why", x.why);
  visit("instead", x.instead);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Plan> /*tag*/) {
  visit("weir_version", x.weir_version);
  visit("made_at_ns", x.made_at);
  visit("binding", x.binding);
  visit("steps", x.steps);
  visit("notes", x.notes);
  visit.added("made_by", x.made_by);
  visit.added("lines", x.lines);
}

namespace {

constexpr std::uint64_t plan_version = 1;
constexpr const char* plan_schema = "weir.plan";

Result<void> accept_plan(const SchemaTag& tag) {
  const std::string shown = format_schema_tag(tag);
  if (tag.name != plan_schema)
    return make_error(ErrorCode::unsupported,
                      "this is " + shown + ", not a plan; pass a file written by `weir plan -o`");
  if (tag.major != plan_version) {
    return make_error(
        ErrorCode::unsupported,
        "this is " + shown +
            ", but this weir reads only version 1; apply it with the weir that made it, or with a newer weir");
  }
  return {};
}

Result<Plan> parse_document(std::string_view json, UnknownMembers unknown) {
  WEIR_TRY(const JsonValue document, parse_json(json));
  WEIR_TRY(const SchemaTag tag, read_schema_tag(document));
  WEIR_CHECK(accept_plan(tag));
  Plan plan;
  ReadState state;
  state.unknown = unknown;
  FieldReader reader(document, state);
  reader.know("schema");
  fields(reader, plan, Tag<Plan>{});
  reader.finish();
  if (state.error) return std::move(*state.error);
  return plan;
}

}  // namespace

std::string plan_to_json(const Plan& plan) {
  // Users read a plan before they apply it, so every field is on its own line.
  JsonWriter json(every_level);
  FieldWriter writer(json);
  json.begin_object();
  json.key("schema");
  json.text(format_schema_tag({plan_schema, plan_version}));
  fields(writer, plan, Tag<Plan>{});
  json.end_object();
  return json.take();
}

Result<Plan> parse_plan(std::string_view json) {
  return parse_document(json, UnknownMembers::refused);
}

Result<Plan> parse_kept_plan(std::string_view json) {
  return parse_document(json, UnknownMembers::ignored);
}

}  // namespace weir::codec
