#include "judge/setting_finding.h"

#include <map>
#include <utility>

#include "base/placeholders.h"
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

/// The variant's text where it has one, else the finding's.
const std::string& choose_part(const FindingEntry& entry, std::string_view variant,
                               std::string FindingText::*part) {
  const auto found = entry.variants.find(std::string(variant));
  return found != entry.variants.end() && !(found->second.*part).empty() ? found->second.*part
                                                                         : entry.text.*part;
}

}  // namespace

Finding make_setting_finding(const SettingCase& one, const Catalog& catalog) {
  Finding finding;
  finding.id = one.id;
  finding.severity = one.severity;
  finding.resource.kind = "setting";
  finding.resource.name = one.parameter;
  if (one.line != nullptr) {
    finding.resource.file = one.line->file;
    finding.resource.line = one.line->line;
    finding.evidence.push_back(stands_at("file", place_of(*one.line), one.line->value));
  }
  if (one.winner != nullptr)
    finding.evidence.push_back(stands_at("file", place_of(*one.winner), one.winner->value));
  if (one.live) finding.evidence.push_back(stands_at("sysctl", one.parameter, *one.live));
  if (!one.default_value.empty())
    finding.evidence.push_back(stands_at("catalog", "default", one.default_value));
  const FindingEntry* entry = catalog.find_finding(one.id);
  if (entry == nullptr) return finding;
  const auto facts = facts_of(one);
  finding.stage = entry->stage;
  finding.title = fill(choose_part(*entry, one.variant, &FindingText::title), facts);
  finding.meaning = fill(choose_part(*entry, one.variant, &FindingText::meaning), facts);
  // A rule's remedy speaks of a line; what no line sets has to be looked for first.
  const bool of_a_line = one.line != nullptr && !one.remedy.empty();
  finding.remedy =
      fill(of_a_line ? one.remedy : choose_part(*entry, one.variant, &FindingText::remedy), facts);
  finding.risk = fill(choose_part(*entry, one.variant, &FindingText::risk), facts);
  return finding;
}

std::string_view setting_finding_id(Verdict verdict) {
  switch (verdict) {
    case Verdict::removed: return "host.setting-removed";
    case Verdict::inert: return "host.setting-inert";
    case Verdict::lowers_default: return "host.setting-lowers-default";
    case Verdict::overridden: return "host.setting-overridden";
    case Verdict::harmful: return "host.setting-harmful";
    case Verdict::conditional: return "host.setting-conditional";
    case Verdict::malformed: return "host.setting-malformed";
    case Verdict::unknown: return "host.setting-unknown";
    case Verdict::kernel_default:
    case Verdict::changed:
    case Verdict::harmless:
    case Verdict::mixed: return "";
  }
  return "";
}

std::string place_of(const ConfigLine& line) { return line.file + ":" + std::to_string(line.line); }

}  // namespace weir::judge
