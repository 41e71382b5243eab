// Drift: the differences from weir's values, target by target: in the kernel now, and in the files
// that are read at the next boot. Not the comparison (plan/drift.h) and not a repair.
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

/// The origin of the current value.
enum class Ahead {
  weir,
  configuration,  ///< the value of a sysctl file, not weir's
  before,         ///< the value from before weir's change
  somebody,       ///< none of these
  anew,           ///< the listener is a new socket with its own backlog
  gone,           ///< the target no longer exists
};

/// "weir", "configuration": as in JSON.
[[nodiscard]] std::string_view ahead_id(Ahead ahead);

struct DriftRow {
  std::int64_t entry = 0;  ///< of the journal: the last one that changed the target
  StepKind kind = StepKind::sysctl;
  std::string target;
  std::string wanted;               ///< weir's value
  std::optional<std::string> live;  ///< nothing: it does not exist
  /// the line that wins at the next boot; nothing: none, or the target is not a sysctl
  std::optional<ConfigLine> configured;
  bool persisted = false;  ///< weir's line should be the winning one
  Ahead now = Ahead::weir;
  /// Whether the next boot would not set weir's value, although weir's line should.
  bool loses_at_boot = false;
  friend bool operator==(const DriftRow&, const DriftRow&) = default;
};

[[nodiscard]] bool is_drifted(const DriftRow& row);

struct Drift {
  Provenance host;
  std::vector<DriftRow> rows;  ///< in the order of the changes
  /// entries of other network namespaces than the one that was read
  std::int64_t elsewhere = 0;
  std::vector<NotSeen> not_seen;  ///< sysctl files that could not be read
  friend bool operator==(const Drift&, const Drift&) = default;
};

}  // namespace weir
