#include "judge/sentences.h"

#include <algorithm>
#include <map>

#include "base/text.h"

namespace weir::judge {

namespace {

std::string planned_value(const Finding& finding, const std::string& placeholder,
                          const std::string& target, const Catalog& catalog) {
  const auto change = std::find_if(finding.changes.begin(), finding.changes.end(),
                                   [&](const Change& one) { return one.target == target; });
  if (change != finding.changes.end()) return change->to;
  const auto neutral = catalog.placeholders().find(placeholder);
  return neutral == catalog.placeholders().end() ? std::string() : neutral->second;
}

std::map<std::string, std::string> collect_facts(const Finding& finding, const Catalog& catalog) {
  auto facts = finding.wording.facts;
  for (const auto& [placeholder, target] : finding.wording.planned)
    facts[placeholder] = planned_value(finding, placeholder, target, catalog);
  return facts;
}

/// A variant's empty field means that the finding's own text is used.
FindingText choose_texts(const FindingEntry& entry, const Wording& wording) {
  FindingText texts = entry.text;
  const auto variant = entry.variants.find(wording.variant);
  if (variant != entry.variants.end()) {
    for (auto part :
         {&FindingText::title, &FindingText::meaning, &FindingText::remedy, &FindingText::risk}) {
      if (!(variant->second.*part).empty()) texts.*part = variant->second.*part;
    }
  }
  if (!wording.remedy.empty()) texts.remedy = wording.remedy;
  return texts;
}

}  // namespace

void fill_sentences(std::vector<Finding>& findings, const Catalog& catalog) {
  for (auto& finding : findings) {
    if (!finding.title.empty()) continue;
    finding.title = finding.id;
    const FindingEntry* entry = catalog.find_finding(finding.id);
    if (entry == nullptr) continue;
    const FindingText texts = choose_texts(*entry, finding.wording);
    const auto facts = collect_facts(finding, catalog);
    finding.title = fill(texts.title, facts);
    finding.meaning = fill(texts.meaning, facts);
    finding.remedy = fill(texts.remedy, facts);
    finding.risk = fill(texts.risk, facts);
  }
}

std::string find_remedy_text(const Finding& finding, const Catalog& catalog) {
  if (!finding.remedy.empty()) return finding.remedy;
  const FindingEntry* entry = catalog.find_finding(finding.id);
  if (entry == nullptr) return {};
  return fill(choose_texts(*entry, finding.wording).remedy, collect_facts(finding, catalog));
}

}  // namespace weir::judge
