// The rules, one row each: the findings that a rule can make, the subjects that each finding needs,
// and the rule's function. Not the rules' knowledge: each is in the file of its stage.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"
#include "model/subject.h"

namespace weir::judge {

/// A finding, and the subjects without which the rule may miss it.
struct FindingNeeds {
  std::string_view id;
  Subjects needs;
};

struct Rule {
  std::span<const FindingNeeds> findings;
  std::vector<Finding> (*judge)(const Case& given);
};

/// The order decides between equals: if two causes explain one symptom, the earlier one is used.
[[nodiscard]] std::span<const Rule> all_rules();

/// The ids of the findings that need the subject, in the order of their stages.
[[nodiscard]] std::vector<std::string> list_hidden(Subject subject);

/// Gaps of the recording that only judging can find.
[[nodiscard]] std::vector<NotSeen> list_gaps(const Case& given);

}  // namespace weir::judge
