// The rules, one row each: the findings that a rule can make, what each of them needs, and the
// function that looks. Not the rules' knowledge: each is in the file of its stage.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"
#include "model/subject.h"

namespace weir::judge {

/// A finding, and the subjects without which it may be missing.
struct FindingNeeds {
  std::string_view id;
  Subjects needs;
};

struct Rule {
  std::span<const FindingNeeds> findings;
  std::vector<Finding> (*judge)(const Case& given);
};

/// In an order that decides between equals: of two causes of one symptom the earlier one wins.
[[nodiscard]] std::span<const Rule> all_rules();

/// The ids of the findings that need the subject, in the order of their stages.
[[nodiscard]] std::vector<std::string> list_hidden(Subject subject);

/// What the recording cannot tell and only judging finds out.
[[nodiscard]] std::vector<NotSeen> list_gaps(const Case& given);

}  // namespace weir::judge
