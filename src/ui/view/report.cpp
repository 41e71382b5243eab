#include "ui/view/report.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/number_text.h"
#include "base/share.h"
#include "base/text.h"
#include "model/finding.h"
#include "model/stage.h"
#include "ui/view/numbers.h"

namespace weir::ui {
namespace {

std::optional<std::int64_t> highest(const ResourceUse& use) {
  if (!use.peak) return use.used;
  return use.used ? std::max(*use.used, *use.peak) : use.peak;
}

/// The share of the capacity that was used at its peak.
std::optional<double> peak_share(const ResourceUse& use) {
  return find_share(highest(use), use.capacity);
}

/// The order of tightness: a resource that overflowed, one that is full, one that is not full, one
/// without a known capacity.
bool is_tighter(const ResourceUse& a, const ResourceUse& b) {
  if (a.errors.value_or(0) != b.errors.value_or(0))
    return a.errors.value_or(0) > b.errors.value_or(0);
  return peak_share(a).value_or(-1) > peak_share(b).value_or(-1);
}

const ResourceUse* tightest_resource(const std::vector<ResourceUse>& resources) {
  const auto found = std::min_element(resources.begin(), resources.end(), is_tighter);
  return found == resources.end() ? nullptr : &*found;
}

Mark stage_mark(const StageReport& stage, const std::vector<Finding>& findings) {
  std::optional<Severity> worst;
  for (const auto& finding : findings) {
    if (finding.stage == stage.stage && (!worst || finding.severity > *worst))
      worst = finding.severity;
  }
  if (worst) return severity_mark(*worst);
  // A stage with an overflow is not good, even if no rule reports the overflow.
  if (std::any_of(stage.resources.begin(), stage.resources.end(),
                  [](const ResourceUse& use) { return use.errors.value_or(0) > 0; }))
    return severity_mark(Severity::notice);
  return stage.resources.empty() ? Mark::unknown : Mark::good;
}

Gauge stage_gauge(const StageReport& stage, const std::vector<Finding>& findings) {
  Gauge gauge;
  gauge.mark = stage_mark(stage, findings);
  gauge.stage = stage_id(stage.stage);
  const auto* use = tightest_resource(stage.resources);
  if (use == nullptr) return gauge;
  const auto show = [use](const std::optional<std::int64_t>& amount) {
    return amount ? show_quantity(*amount, use->unit) : std::string{};
  };
  gauge.resource = use->name;
  gauge.others = static_cast<std::int64_t>(stage.resources.size()) - 1;
  gauge.used = show(use->used);
  gauge.peak = show(use->peak);
  gauge.capacity = show(use->capacity);
  gauge.used_share = find_share(use->used, use->capacity);
  gauge.peak_share = peak_share(*use);
  gauge.overflows = use->errors;
  return gauge;
}

/// The loss in words: a server refuses connection attempts, which the clients may repeat; a link, a
/// table or the host loses packets.
std::string show_loss(const Finding& finding, std::int64_t count) {
  const bool served = finding.resource.kind == "listener" || finding.resource.kind == "process";
  return served ? "refused " + show_plural(count, "connection attempt", "connection attempts")
                : "lost " + show_plural(count, "packet", "packets");
}

std::string subject(const Resource& resource) {
  if (resource.command.empty() || resource.name.starts_with(resource.command)) return resource.name;
  return resource.name + " (" + resource.command + ")";
}

/// "3 warnings, 1 notice".
std::string count_by_severity(const std::vector<Finding>& findings, std::size_t from) {
  std::string text;
  for (const auto severity : {Severity::critical, Severity::warning, Severity::notice}) {
    const auto count =
        std::count_if(findings.begin() + static_cast<std::ptrdiff_t>(from), findings.end(),
                      [severity](const Finding& finding) { return finding.severity == severity; });
    if (count == 0) continue;
    const std::string one(severity_id(severity));
    text += (text.empty() ? "" : ", ") +
            show_plural(count, one, severity == Severity::critical ? "critical" : one + "s");
  }
  return text;
}

Text bad_verdict(const Report& report) {
  const Finding& worst = report.findings.front();
  Text text{{std::string(stage_id(worst.stage)) + ": ", severity_tone(worst.severity)}};
  const double lost = worst.lost_per_second * to_seconds(report.window);
  if (lost >= 0.5 && std::isfinite(lost) && lost < 1e15) {
    text.push_back({subject(worst.resource) + " " + show_loss(worst, std::llround(lost)) + " in " +
                        show_duration(report.window) + ": ",
                    Tone::strong});
  }
  text.push_back({worst.title, Tone::strong});
  const auto rest = count_by_severity(report.findings, 1);
  if (!rest.empty()) text.push_back({"; and " + rest, Tone::dim});
  return text;
}

Text good_verdict(const Report& report) {
  const StageReport* stage = nullptr;
  const ResourceUse* use = nullptr;
  for (const auto& candidate : report.stages) {
    const auto* tight = tightest_resource(candidate.resources);
    if (tight == nullptr || !peak_share(*tight)) continue;
    if (use == nullptr || *peak_share(*tight) > *peak_share(*use)) {
      stage = &candidate;
      use = tight;
    }
  }
  Text text{{"OK: ", Tone::good},
            {report.not_seen.empty() ? "nothing limits this server now"
                                     : "nothing that weir could see limits this server now",
             Tone::strong}};
  if (use != nullptr) {
    text.push_back({"; the tightest stage is " + std::string(stage_id(stage->stage)) + ", " +
                    use->name + " at " + show_share(*peak_share(*use))});
  }
  const auto notices = count_by_severity(report.findings, 0);
  if (!notices.empty()) text.push_back({"; " + notices, Tone::notice});
  return text;
}

Text report_verdict(const Report& report) {
  const bool bad = !report.findings.empty() && report.findings.front().severity != Severity::notice;
  return bad ? bad_verdict(report) : good_verdict(report);
}

Text report_host_line(const Report& report) {
  const Provenance& host = report.host;
  std::string text = host.hostname + " · Linux " + host.kernel + " · ";
  text += host.initial_netns ? "the host's network namespace"
                             : "network namespace " + std::to_string(host.place.netns);
  text += " · " + format_rfc3339(host.wall_time).substr(0, 19) + "Z · ";
  text += report.window.count > 0 ? "window " + show_duration(report.window) : "a single snapshot";
  return {{text, Tone::dim}};
}

Text evidence_line(const Evidence& evidence) {
  return {{evidence.name + "  "},
          {join_texts(describe_parts(evidence), ", "), Tone::strong},
          {"  " + evidence.source, Tone::dim}};
}

std::vector<Text> evidence_lines(const std::vector<Evidence>& evidence) {
  std::vector<Text> lines;
  lines.reserve(evidence.size());
  for (const auto& one : evidence) lines.push_back(evidence_line(one));
  return lines;
}

std::string show_resource(const Resource& resource) {
  std::string text = resource.name;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : " · ") + part; };
  if (!resource.command.empty()) add(resource.command);
  if (!resource.pids.empty()) {
    constexpr std::size_t shown_pids = 4;
    std::string pids = resource.pids.size() == 1 ? "pid " : "pids ";
    for (std::size_t i = 0; i < std::min(shown_pids, resource.pids.size()); ++i)
      pids += (i == 0 ? "" : ", ") + std::to_string(resource.pids[i]);
    if (resource.pids.size() > shown_pids)
      pids += " and " + std::to_string(resource.pids.size() - shown_pids) + " more";
    add(pids);
  }
  if (resource.group_size.value_or(1) > 1)
    add("one of " + std::to_string(*resource.group_size) + " in its SO_REUSEPORT group");
  if (!resource.file.empty())
    add(resource.file + (resource.line ? ":" + std::to_string(*resource.line) : ""));
  return text;
}

Text about(const Finding& finding) {
  const std::string resource = show_resource(finding.resource);
  return {{finding.id + (resource.empty() ? "" : " · " + resource), Tone::dim}};
}

std::vector<Text> also_lines(const std::vector<Resource>& also) {
  constexpr std::size_t shown = 8;
  std::vector<Text> lines;
  for (std::size_t i = 0; i < std::min(shown, also.size()); ++i)
    lines.push_back({{show_resource(also[i])}});
  if (also.size() > shown)
    lines.push_back({{"and " + std::to_string(also.size() - shown) + " more", Tone::dim}});
  return lines;
}

void add_not_seen(View& view, const std::vector<NotSeen>& not_seen) {
  view.blocks.emplace_back(Paragraph{{{"Not seen", Tone::strong}}, Mark::unknown, 0});
  for (const auto& one : not_seen) {
    Text text{{one.what}, {": " + one.why, Tone::dim}};
    if (!one.hides.empty()) {
      std::string hidden;
      for (const auto& id : one.hides) hidden += (hidden.empty() ? "; hides " : ", ") + id;
      text.push_back({hidden, Tone::dim});
    }
    view.blocks.emplace_back(Paragraph{std::move(text), Mark::none, 2});
  }
}

void add_read_by(View& view, const std::map<std::string, std::string>& read_by) {
  Text text;
  for (const auto& [subject, method] : read_by) {
    std::string words = text.empty() ? "Read: " : "; ";
    text.push_back({words.append(subject).append(" by ").append(method), Tone::dim});
  }
  view.blocks.emplace_back(Paragraph{std::move(text), Mark::none, 0});
}

}  // namespace

void add_finding(View& view, const Finding& finding, bool shortly) {
  const Tone tone = severity_tone(finding.severity);
  std::string title = finding.title.empty() ? finding.id : finding.title;
  view.blocks.emplace_back(Paragraph{
      {{std::string(severity_id(finding.severity)) + ": ", tone}, {std::move(title), Tone::strong}},
      severity_mark(finding.severity),
      0});
  view.blocks.emplace_back(Paragraph{about(finding), Mark::none, 2});
  Fields fields;
  const auto add = [&fields](const char* label, std::vector<Text> lines) {
    if (!lines.empty()) fields.fields.push_back(Field{label, std::move(lines)});
  };
  const auto add_text = [&add](const char* label, const std::string& text) {
    if (!text.empty()) add(label, {Text{{text}}});
  };
  add("Evidence", evidence_lines(finding.evidence));
  std::vector<Text> symptoms;
  for (const auto& symptom : finding.symptoms) {
    symptoms.push_back({{symptom.id}});
    for (auto& line : evidence_lines(symptom.evidence)) {
      line.insert(line.begin(), Span{"  "});
      symptoms.push_back(std::move(line));
    }
  }
  add("Symptoms", std::move(symptoms));
  add("Also", also_lines(finding.also));
  if (!shortly) add_text("Meaning", finding.meaning);
  if (!shortly) add_text("Remedy", finding.remedy);
  std::vector<Text> changes;
  for (const auto& change : finding.changes) {
    changes.push_back({{step_title(change.kind, change.target) + "  "},
                       {change.from, Tone::removed},
                       {" → "},
                       {change.to, Tone::added}});
  }
  add("Change", std::move(changes));
  if (!shortly) add_text("Risk", finding.risk);
  view.blocks.emplace_back(std::move(fields));
}

View report_view(const Report& report) {
  View view;
  const bool quiet =
      report.findings.empty() || report.findings.front().severity == Severity::notice;
  view.blocks.emplace_back(
      Paragraph{report_verdict(report),
                quiet ? Mark::good : severity_mark(report.findings.front().severity), 0});
  view.blocks.emplace_back(Paragraph{report_host_line(report), Mark::none, 2});
  view.blocks.emplace_back(Gap{});
  Chain chain;
  for (const auto& stage : report.stages)
    chain.gauges.push_back(stage_gauge(stage, report.findings));
  view.blocks.emplace_back(std::move(chain));
  bool can_change = false;
  const Finding* before = nullptr;
  for (const auto& finding : report.findings) {
    // A host with a long sysctl file has many notices of one kind. Only the first one explains it.
    const bool shortly = before != nullptr && before->id == finding.id &&
                         finding.severity == Severity::notice &&
                         before->severity == Severity::notice;
    before = &finding;
    if (!shortly) view.blocks.emplace_back(Gap{});
    add_finding(view, finding, shortly);
    can_change = can_change || !finding.changes.empty();
  }
  if (!report.not_seen.empty()) {
    view.blocks.emplace_back(Gap{});
    add_not_seen(view, report.not_seen);
  }
  if (!report.read_by.empty()) {
    view.blocks.emplace_back(Gap{});
    add_read_by(view, report.read_by);
  }
  if (can_change) {
    view.blocks.emplace_back(Gap{});
    view.blocks.emplace_back(Paragraph{
        {{"`weir plan` turns these changes into reversible steps; `weir explain ID` explains a finding",
          Tone::dim}},
        Mark::none,
        0});
  }
  return view;
}

}  // namespace weir::ui
