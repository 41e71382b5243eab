// tune(): the Findings of a Recording → a Plan: the right values for this machine. Pure.
// Not the act: act/ applies a Plan. No evidence, no step.
#pragma once

#include "base/units.h"
#include "model/catalog.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/recording.h"

namespace weir::plan {

[[nodiscard]] Plan tune(const Recording& recording, const Report& report, const Catalog& catalog);

}  // namespace weir::plan
