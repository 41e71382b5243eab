// What weir claims to have changed, from the journal, held against the kernel as it is and the
// files as they are. Pure. Not a repair: what somebody else changed is shown and left alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/configuration.h"
#include "model/drift.h"
#include "model/history.h"
#include "model/plan.h"
#include "model/snapshot.h"

namespace weir::plan {

/// An entry of the journal with its plan.
struct AppliedPlan {
  HistoryEntry entry;
  Plan plan;
};

/// A value that is meant to be in force here and now.
struct DriftClaim {
  std::int64_t entry = 0;
  Step step;
  std::string old_value;
  bool persisted = false;  ///< its line is meant to be in weir's file
  friend bool operator==(const DriftClaim&, const DriftClaim&) = default;
};

struct DriftClaims {
  /// one for each target, of the last entry that changed it, in the order of the entries
  std::vector<DriftClaim> claims;
  std::int64_t elsewhere = 0;  ///< as in Drift
};

/// `entries` newest first. An entry claims its steps that are done while it is confirmed or waits
/// for that, in its own boot and namespace; in the host's first namespace also, in every boot, the
/// lines that stand in weir's file.
[[nodiscard]] DriftClaims collect_claims(const std::vector<AppliedPlan>& entries,
                                         const Provenance& here);

/// `live` has the running value of each claim, in the same order and the same normal form as
/// `step.wanted`; nothing where the target is gone.
[[nodiscard]] Drift compute_drift(const DriftClaims& claims,
                                  const std::vector<std::optional<std::string>>& live,
                                  const Snapshot& snapshot, const BootConfiguration& boot);

}  // namespace weir::plan
