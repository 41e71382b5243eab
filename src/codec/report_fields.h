// The fields of a report's findings, and of the host that they are of, in JSON: weir.check/1 and
// weir.config/1, which `weir plan --from` reads back.
// Not the rest of a report: report_json.cpp writes that, and weir never reads it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codec/fields.h"
#include "model/finding.h"

namespace weir::codec {

inline std::string_view enumerator_id(Stage stage, Tag<Stage> /*tag*/) { return stage_id(stage); }

inline bool parse_enumerator(std::string_view id, Stage& stage, Tag<Stage> /*tag*/) {
  const auto parsed = parse_stage(id);
  if (parsed) stage = *parsed;
  return parsed.has_value();
}

inline std::string_view enumerator_id(Severity severity, Tag<Severity> /*tag*/) {
  return severity_id(severity);
}

inline bool parse_enumerator(std::string_view id, Severity& severity, Tag<Severity> /*tag*/) {
  const auto parsed = parse_severity(id);
  if (parsed) severity = *parsed;
  return parsed.has_value();
}

inline std::string_view enumerator_id(StepKind kind, Tag<StepKind> /*tag*/) {
  return step_kind_id(kind);
}

/// Without `identity` and `netns_cookie`, which a report does not hold.
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

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Change> /*tag*/) {
  visit("kind", x.kind);
  visit("target", x.target);
  visit("from", x.from);
  visit("to", x.to);
}

/// Without `scope` and `wording`, of which the ranking and the sentences are made.
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
  visit.computed("changes", x.changes);  // the plan makes them
  visit("lost_per_second", x.lost_per_second);
  visit.always("also", x.also);
}

/// A report's host: less than a snapshot's.
struct ReportHost {
  std::string hostname;
  std::string kernel;
  std::uint64_t netns = 0;
  std::string boot_id;
  std::string taken_at;
  double window_s = 0;
};

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<ReportHost> /*tag*/) {
  visit("hostname", x.hostname);
  visit("kernel", x.kernel);
  visit("netns", x.netns);
  visit("boot_id", x.boot_id);
  visit.computed("taken_at", x.taken_at);
  visit.computed("window_s", x.window_s);
}

}  // namespace weir::codec
