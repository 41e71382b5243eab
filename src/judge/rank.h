// Orders findings, and attaches those that another one explains to it as symptoms.
// Not a judgement: no finding appears or changes its severity here.
#pragma once

#include <vector>

#include "model/catalog.h"
#include "model/finding.h"

namespace weir::judge {

/// Severity, then what is lost per second, then stage, then the resource's name and id.
void rank(std::vector<Finding>& findings);

/// Takes out each finding that a more or equally severe one explains, as the catalog's entry of the
/// cause says, and puts it among that one's symptoms; the cause takes over what its symptoms lose
/// per second.
[[nodiscard]] std::vector<Finding> absorb_symptoms(std::vector<Finding> findings,
                                                   const Catalog& catalog);

}  // namespace weir::judge
