// Drift: what of weir's work is no longer as weir left it, target by target: in the kernel now, and
// in the files that are read at the next boot. Not the comparison (plan/drift.h) and not a repair.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/config_line.h"
#include "model/not_seen.h"
#include "model/provenance.h"
#include "model/target.h"

namespace weir {

/// Whose value is there.
enum class Ahead {
  weir,
  configuration,  ///< not weir's, but what a sysctl file says
  before,         ///< what was there before weir changed it
  somebody,       ///< none of these
  anew,           ///< the listener was created anew, with a backlog of its own
  gone,           ///< the target is not there any more
};

/// "weir", "configuration": as in JSON.
[[nodiscard]] std::string_view ahead_id(Ahead ahead);

struct DriftRow {
  std::int64_t entry = 0;  ///< of the journal: the last one that changed the target
  StepKind kind = StepKind::sysctl;
  std::string target;
  std::string wanted;               ///< weir's value
  std::optional<std::string> live;  ///< nothing: it is not there
  /// the line that wins at the next boot; nothing: none, or the target is no sysctl
  std::optional<ConfigLine> configured;
  bool persisted = false;  ///< weir's line is meant to be that one
  Ahead now = Ahead::weir;
  /// Whether the next boot would not bring weir's value, although its line is meant to.
  bool loses_at_boot = false;
  friend bool operator==(const DriftRow&, const DriftRow&) = default;
};

[[nodiscard]] bool is_drifted(const DriftRow& row);

struct Drift {
  Provenance host;
  std::vector<DriftRow> rows;  ///< in the order in which they were changed
  /// entries that stand in other network namespaces than the one that was looked at
  std::int64_t elsewhere = 0;
  std::vector<NotSeen> not_seen;  ///< sysctl files that could not be read
  friend bool operator==(const Drift&, const Drift&) = default;
};

}  // namespace weir
