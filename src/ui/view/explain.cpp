#include "ui/view/explain.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "model/suggest.h"

namespace weir::ui {
namespace {

std::string version_text(const KernelVersion& version) {
  std::string text = std::to_string(version.major) + "." + std::to_string(version.minor);
  if (version.patch != 0) text += "." + std::to_string(version.patch);
  return text;
}

std::string scope_text(ParameterScope scope) {
  switch (scope) {
    case ParameterScope::netns: return "one network namespace";
    case ParameterScope::host: return "the whole host";
    case ParameterScope::host_read_only_in_netns:
      return "the whole host; read-only inside a network namespace";
    case ParameterScope::interface: return "one interface";
    case ParameterScope::queue: return "one queue of an interface";
    case ParameterScope::process: return "one process";
  }
  return {};
}

void add(ExplainPage& page, std::string heading, const std::string& text) {
  if (!text.empty()) page.sections.push_back({std::move(heading), {text}, false});
}

void add_list(ExplainPage& page, std::string heading, std::vector<std::string> items) {
  if (!items.empty()) page.sections.push_back({std::move(heading), std::move(items), true});
}

std::string default_rule_text(const std::string& rule) {
  return rule == "distribution" ? "the distribution or the driver decides"
                                : "the kernel computes it for each host (rule " + rule + ")";
}

std::vector<std::string> defaults_of(const Parameter& parameter) {
  std::vector<std::string> lines;
  for (const auto& standard : parameter.defaults) {
    std::string line =
        standard.since == KernelVersion{} ? "" : "since " + version_text(standard.since) + ": ";
    line += !standard.rule.empty() ? default_rule_text(standard.rule) : standard.value;
    if (!standard.note.empty()) line += "; " + standard.note;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string kernels_of(const Parameter& parameter) {
  std::string text;
  const auto append = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (parameter.since) append("since " + version_text(*parameter.since));
  if (parameter.inert_since) append("ignored since " + version_text(*parameter.inert_since));
  if (parameter.removed) append("removed in " + version_text(*parameter.removed));
  return text;
}

std::string range_of(const Parameter& parameter) {
  if (!parameter.min && !parameter.max) return {};
  return (parameter.min ? std::to_string(*parameter.min) : "…") + " to " +
         (parameter.max ? std::to_string(*parameter.max) : "…");
}

std::vector<std::string> judgements_of(const Parameter& parameter) {
  std::vector<std::string> lines;
  for (const auto& rule : parameter.verdicts)
    lines.push_back(std::string(verdict_id(rule.verdict)) + " when " + rule.when + ": " + rule.why);
  return lines;
}

/// The steps of a visit at which the parameter acts.
std::vector<std::string> steps_of(const Parameter& parameter,
                                  const std::vector<VisitScene>& visit) {
  std::vector<std::string> lines;
  for (const auto& scene : visit) {
    for (const auto& step : scene.steps) {
      const bool acts = std::any_of(
          step.parameters.begin(), step.parameters.end(),
          [&](const std::string& pattern) { return visit_matches(parameter.name, pattern); });
      if (acts) lines.push_back(scene.title + ": " + step.segment);
    }
  }
  return lines;
}

/// The part of a dotted name after its last dot.
std::string_view last_part(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

}  // namespace

std::string_view stage_summary(Stage stage) {
  switch (stage) {
    case Stage::link: return "the card, its rings and the speed of the wire";
    case Stage::neighbour: return "the table of ARP and ND entries for the hosts on the link";
    case Stage::syn_queue: return "half-open requests that wait for the client's last ACK";
    case Stage::accept_queue: return "finished handshakes that wait for the application's accept()";
    case Stage::buffers:
      return "memory for data that is received but not read, or written but not acknowledged";
    case Stage::transmission: return "losses, retransmissions, congestion control, path MTU";
    case Stage::idle: return "established connections that carry no data";
    case Stage::close: return "FIN_WAIT, CLOSE_WAIT, LAST_ACK and orphans";
    case Stage::time_wait: return "the 60 s after the close, at the side that closed first";
    case Stage::connect: return "outgoing connections: SYN_SENT and local ports";
    case Stage::host:
      return "the resources of all stages: files, memory, connection tracking, softirq, CPU";
  }
  return {};
}

ExplainPage explain_stage(Stage stage, const Catalog& catalog,
                          const std::vector<VisitScene>& visit) {
  ExplainPage page{std::string(stage_id(stage)), std::string(stage_summary(stage)), {}};
  std::vector<std::string> steps;
  for (const auto& scene : visit) {
    for (const auto& step : scene.steps) {
      if (step.stage == stage)
        steps.push_back(step.segment + (step.note.empty() ? "" : ": " + step.note));
    }
  }
  add_list(page, "In a visit", std::move(steps));
  std::vector<std::string> parameters;
  for (const auto& parameter : catalog.parameters()) {
    const bool acts = parameter.stage == stage ||
                      std::find(parameter.also_stages.begin(), parameter.also_stages.end(),
                                stage) != parameter.also_stages.end();
    if (acts) parameters.push_back(parameter.name + ": " + parameter.summary);
  }
  add_list(page, "Parameters", std::move(parameters));
  std::vector<std::string> findings;
  for (const auto& finding : catalog.findings()) {
    if (finding.stage == stage)
      findings.push_back(finding.id + ": " + fill(finding.text.title, catalog.placeholders()));
  }
  add_list(page, "Findings", std::move(findings));
  return page;
}

ExplainPage explain_parameter(const Parameter& parameter, const std::vector<VisitScene>& visit) {
  ExplainPage page{parameter.name, parameter.summary, {}};
  add(page, "Stage", std::string(stage_id(parameter.stage)));
  add(page, "What the kernel does with it", parameter.behavior);
  add_list(page, "Default", defaults_of(parameter));
  add(page, "Unit", parameter.unit);
  add(page, "Range", range_of(parameter));
  add(page, "Kernels", kernels_of(parameter));
  add(page, "Scope",
      scope_text(parameter.scope) +
          (parameter.scope_note.empty() ? "" : ". " + parameter.scope_note));
  add_list(page, "Where it acts", steps_of(parameter, visit));
  add_list(page, "Signs that it is too small", parameter.too_small);
  add_list(page, "Signs that it is too large", parameter.too_large);
  add(page, "Formula", parameter.formula);
  add(page, "Risk", parameter.risk);
  add(page, "Well-known wrong advice", parameter.wrong_advice);
  add_list(page, "How weir judges a value", judgements_of(parameter));
  add(page, "Differences between versions", parameter.version_notes);
  add(page, "How to make it durable", parameter.persist_note);
  add_list(page, "Measured", parameter.measured);
  add_list(page, "See also", parameter.see);
  add_list(page, "Sources", parameter.sources);
  return page;
}

ExplainPage explain_finding(const FindingEntry& finding,
                            const std::map<std::string, std::string>& placeholders) {
  ExplainPage page{finding.id, fill(finding.text.title, placeholders), {}};
  const auto neutral = [&](const std::string& text) { return fill(text, placeholders); };
  add(page, "Stage", std::string(stage_id(finding.stage)));
  add(page, "Meaning", neutral(finding.text.meaning));
  add(page, "How weir distinguishes it", finding.told_apart_by);
  add(page, "Remedy", neutral(finding.text.remedy));
  add(page, "Risk", neutral(finding.text.risk));
  for (const auto& [name, variant] : finding.variants) {
    add(page, "Variant " + name,
        neutral(variant.meaning + (variant.remedy.empty() ? "" : " " + variant.remedy)));
  }
  add_list(page, "Counters", finding.counters);
  add_list(page, "Parameters", finding.parameters);
  add_list(page, "Sources", finding.sources);
  return page;
}

std::variant<ExplainPage, Unknown> explain(std::string_view name, const Catalog& catalog,
                                           const std::vector<VisitScene>& visit) {
  if (const auto stage = parse_stage(name)) return explain_stage(*stage, catalog, visit);
  if (const auto* finding = catalog.find_finding(name))
    return explain_finding(*finding, catalog.placeholders());
  std::string dotted(name);
  if (dotted.find('.') == std::string::npos) std::replace(dotted.begin(), dotted.end(), '/', '.');
  if (const auto* parameter = catalog.find_parameter(dotted))
    return explain_parameter(*parameter, visit);

  const auto& parameters = catalog.parameters();
  const auto by_last_part =
      std::find_if(parameters.begin(), parameters.end(),
                   [&](const Parameter& p) { return last_part(p.name) == dotted; });
  if (by_last_part != parameters.end()) return explain_parameter(*by_last_part, visit);

  std::vector<std::string> known;
  known.reserve(all_stages.size() + catalog.findings().size() + 2 * parameters.size());
  for (const auto stage : all_stages) known.emplace_back(stage_id(stage));
  for (const auto& finding : catalog.findings()) known.push_back(finding.id);
  for (const auto& parameter : parameters) {
    known.push_back(parameter.name);
    known.emplace_back(last_part(parameter.name));
  }
  return Unknown{suggest(dotted, known)};
}

}  // namespace weir::ui
