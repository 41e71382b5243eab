// Orders findings, and attaches findings that another one explains to it as symptoms. Not a
// judgement: no finding appears or changes its severity here.
#pragma once

#include <vector>

#include "model/catalog.h"
#include "model/finding.h"

namespace weir::judge {

/// Order: severity, loss per second, stage, the resource's name, id.
void rank(std::vector<Finding>& findings);

/// Removes each finding that a more or equally severe one explains according to the catalog, and
/// adds it to the symptoms of the cause. The cause takes over the loss per second of its symptoms.
[[nodiscard]] std::vector<Finding> absorb_symptoms(std::vector<Finding> findings,
                                                   const Catalog& catalog);

}  // namespace weir::judge
