// Sentences: the catalog's texts with a finding's facts filled in. They are filled in once, when
// the plan is known, so that they show the planned numbers. Not the facts: each rule supplies its
// own.
#pragma once

#include <string>
#include <vector>

#include "model/catalog.h"
#include "model/finding.h"

namespace weir::judge {

/// Fills in title, meaning, remedy and risk of every finding without a title. The texts of a report
/// that was read from a file stay. `changes` of a finding give its planned values; without a
/// change, the catalog's neutral phrase is used. The title of a finding that the catalog lacks is
/// its id.
void fill_sentences(std::vector<Finding>& findings, const Catalog& catalog);

/// The remedy alone, before the plan is known.
[[nodiscard]] std::string find_remedy_text(const Finding& finding, const Catalog& catalog);

}  // namespace weir::judge
