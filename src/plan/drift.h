// Compares the changes that weir claims to have made, from the journal, with the running kernel and
// the present files. Pure. Not a repair: changes by others are shown and left alone.
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

/// A value that should be in force in this boot and namespace.
struct DriftClaim {
  std::int64_t entry = 0;
  Step step;
  std::string old_value;
  bool persisted = false;  ///< its line should be in weir's file
  friend bool operator==(const DriftClaim&, const DriftClaim&) = default;
};

struct DriftClaims {
  /// one for each target, from the last entry that changed it, in the order of the entries
  std::vector<DriftClaim> claims;
  std::int64_t elsewhere = 0;  ///< as in Drift
};

/// `entries` newest first. An entry that is confirmed, or that waits for confirmation, claims its
/// done steps in its own boot and namespace. In the host's first namespace, and in every boot, an
/// entry also claims its lines in weir's file.
[[nodiscard]] DriftClaims collect_claims(const std::vector<AppliedPlan>& entries,
                                         const Provenance& here);

/// `live` has the running value of each claim, in the same order and in the same normal form as
/// `step.wanted`; nothing if the target no longer exists.
[[nodiscard]] Drift compute_drift(const DriftClaims& claims,
                                  const std::vector<std::optional<std::string>>& live,
                                  const Snapshot& snapshot, const BootConfiguration& boot);

}  // namespace weir::plan
