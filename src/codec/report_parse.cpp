#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "codec/fields.h"
#include "codec/json.h"
#include "codec/report_fields.h"
#include "codec/report_json.h"

namespace weir::codec {

/// The part of a report that weir reads.
struct ReportPart {
  ReportHost host;
  std::vector<Finding> findings;
};

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
