#include "judge/setting_finding.h"

#include <map>
#include <utility>

#include "judge/words.h"

namespace weir::judge {
namespace {

constexpr std::string_view no_file = "Something outside the sysctl files";
constexpr std::string_view unknown_default = "a value of its own";

std::map<std::string, std::string> facts_of(const SettingCase& one) {
  return {
      {"parameter", one.parameter},
      {"value", one.value},
      {"default", one.default_value.empty() ? std::string(unknown_default)
                                            : (one.estimated ? "about " : "") + one.default_value},
      {"where", one.line != nullptr ? place_of(*one.line) : std::string(no_file)},
      {"why", one.why},
      {"winner", one.winner != nullptr ? place_of(*one.winner) : ""},
      {"winning_value", one.winner != nullptr ? one.winner->value : ""},
      {"live", one.live.value_or("")},
      {"suggestion", one.suggestion}};
}

}  // namespace

Finding make_setting_finding(const SettingCase& one) {
  Finding finding = make_finding(one.id, one.variant, one.severity, facts_of(one));
  // A rule's remedy is about a line. If no line sets the value, the user must first find what sets
  // it.
  if (one.line != nullptr) finding.wording.remedy = one.remedy;
  finding.resource.kind = "setting";
  finding.resource.name = one.parameter;
  if (one.line != nullptr) {
    finding.resource.file = one.line->file;
    finding.resource.line = one.line->line;
    finding.resource.identity = one.parameter + " in " + place_of(*one.line);
    finding.evidence.push_back(stands_at("file", place_of(*one.line), one.line->value));
  }
  if (one.winner != nullptr)
    finding.evidence.push_back(stands_at("file", place_of(*one.winner), one.winner->value));
  if (one.live) finding.evidence.push_back(stands_at("sysctl", one.parameter, *one.live));
  if (!one.default_value.empty())
    finding.evidence.push_back(stands_at("catalog", "default", one.default_value));
  return finding;
}

std::string_view setting_finding_id(Verdict verdict) {
  switch (verdict) {
    case Verdict::removed: return ids::host_setting_removed;
    case Verdict::inert: return ids::host_setting_inert;
    case Verdict::lowers_default: return ids::host_setting_lowers_default;
    case Verdict::overridden: return ids::host_setting_overridden;
    case Verdict::harmful: return ids::host_setting_harmful;
    case Verdict::conditional: return ids::host_setting_conditional;
    case Verdict::malformed: return ids::host_setting_malformed;
    case Verdict::unknown: return ids::host_setting_unknown;
    case Verdict::kernel_default:
    case Verdict::changed:
    case Verdict::harmless:
    case Verdict::mixed: return "";
  }
  return "";
}

std::string place_of(const ConfigLine& line) { return line.file + ":" + std::to_string(line.line); }

}  // namespace weir::judge
