#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "codec/fields.h"
#include "codec/json.h"
#include "codec/report_json.h"
#include "model/stage.h"

namespace weir::codec {

bool parse_enumerator(std::string_view id, Stage& stage, Tag<Stage> /*tag*/) {
  const auto parsed = parse_stage(id);
  if (parsed) stage = *parsed;
  return parsed.has_value();
}

bool parse_enumerator(std::string_view id, Severity& severity, Tag<Severity> /*tag*/) {
  const auto parsed = parse_severity(id);
  if (parsed) severity = *parsed;
  return parsed.has_value();
}

// The writer omits these members if they are empty, so they are `added` here.
template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Resource> /*tag*/) {
  visit("kind", x.kind);
  visit("name", x.name);
  visit("netns", x.netns);
  visit("cookie", x.cookie);
  visit("inode", x.inode);
  visit("port", x.port, port_bounds);
  visit.added("pids", x.pids, pid_bounds);
  visit.added("command", x.command);
  visit("group_size", x.group_size, count_bounds);
  visit.added("file", x.file);
  visit("line", x.line, line_bounds);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Evidence> /*tag*/) {
  visit("source", x.source);
  visit("name", x.name);
  visit("delta", x.delta);
  visit("per_second", x.per_second);
  visit("total", x.total);
  visit.added("since", x.since);
  visit("value", x.value);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Symptom> /*tag*/) {
  visit("id", x.id);
  visit("evidence", x.evidence);
}

/// Without `changes`: weir plans the changes again.
template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Finding> /*tag*/) {
  visit("id", x.id);
  visit("stage", x.stage);
  visit("severity", x.severity);
  visit("resource", x.resource);
  visit("evidence", x.evidence);
  visit("symptoms", x.symptoms);
  visit("title", x.title);
  visit("meaning", x.meaning);
  visit("remedy", x.remedy);
  visit("risk", x.risk);
  visit("lost_per_second", x.lost_per_second);
  visit.added("also", x.also);
}

/// The part of a report's host that is read: less than that of a snapshot.
struct ReportHost {
  std::string hostname;
  std::string kernel;
  std::uint64_t netns = 0;
  std::string boot_id;
};

struct ReportPart {
  ReportHost host;
  std::vector<Finding> findings;
};

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<ReportHost> /*tag*/) {
  visit("hostname", x.hostname);
  visit("kernel", x.kernel);
  visit("netns", x.netns);
  visit("boot_id", x.boot_id);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<ReportPart> /*tag*/) {
  visit("host", x.host);
  visit("findings", x.findings);
}

namespace {

constexpr std::uint64_t report_version = 1;
constexpr std::string_view report_schema = "weir.check";

Status accept_report(const SchemaTag& tag) {
  const std::string shown = format_schema_tag(tag);
  if (tag.name != report_schema)
    return make_error(
        ErrorCode::unsupported,
        "this is " + shown + ", not a report; pass the output of `weir check --json`");
  if (tag.major != report_version)
    return make_error(
        ErrorCode::unsupported,
        "this is " + shown +
            ", but this weir reads only version 1; read it with the weir that wrote it, or with a newer weir");
  return {};
}

}  // namespace

bool is_report(std::string_view json) {
  const auto document = parse_json(json);
  if (!document) return false;
  const auto tag = read_schema_tag(*document);
  return tag.ok() && tag->name == report_schema;
}

Result<Report> parse_report(std::string_view json) {
  WEIR_TRY(const JsonValue document, parse_json(json));
  WEIR_TRY(const SchemaTag tag, read_schema_tag(document));
  WEIR_CHECK(accept_report(tag));
  ReportPart part;
  ReadState state;
  FieldReader reader(document, state);
  fields(reader, part, Tag<ReportPart>{});
  if (state.error) return std::move(*state.error);
  Report report;
  report.host.hostname = std::move(part.host.hostname);
  report.host.kernel = std::move(part.host.kernel);
  report.host.place.netns = part.host.netns;
  report.host.place.boot_id = std::move(part.host.boot_id);
  report.findings = std::move(part.findings);
  return report;
}

}  // namespace weir::codec
