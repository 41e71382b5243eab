// Sentences: the catalog's texts with a finding's facts filled in. It is done once, when the plan
// is known, so that a number stands where the plan has one. Not the facts: each rule supplies its
// own.
#pragma once

#include <string>
#include <vector>

#include "model/catalog.h"
#include "model/finding.h"

namespace weir::judge {

/// Title, meaning, remedy and risk of every finding without a title; those of a report that was
/// read stay. `changes` of a finding give its planned values; without one, the catalog's neutral
/// phrase stands there. A finding that the catalog lacks gets its id as title.
void fill_sentences(std::vector<Finding>& findings, const Catalog& catalog);

/// The remedy alone, before the plan is known.
[[nodiscard]] std::string find_remedy_text(const Finding& finding, const Catalog& catalog);

}  // namespace weir::judge
