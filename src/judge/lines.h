// Judges configuration lines one by one, for `weir check --config` and for the host's own files in
// a Snapshot. Pure. Not a judge of the running values: settings.h.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "judge/defaults.h"
#include "model/catalog.h"
#include "model/configuration.h"
#include "model/finding.h"

namespace weir::judge {

/// Borrowed for the call.
struct LineHost {
  const HostFacts& facts;
  /// running values; empty for a described machine
  const std::map<std::string, std::string>& live;
  /// another machine: parameters that the lines do not set are taken to have their default
  bool described = false;
  /// the host's own files: the running values are used, and a line that is not in force does no
  /// harm yet
  bool applied = false;
};

struct JudgedLines {
  std::vector<LineVerdict> verdicts;  ///< one for each line, in order
  std::vector<Finding> findings;      ///< in the order of the lines
};

[[nodiscard]] JudgedLines judge_lines(const std::vector<ConfigLine>& lines, const LineHost& host,
                                      const Catalog& catalog);

}  // namespace weir::judge
