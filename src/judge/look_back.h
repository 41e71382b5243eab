// look_back(): the notice about a counter that is not zero and did not move inside the window: "has
// overflowed N times since …, not now". Not for counters that moved: a rule judges those.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "judge/window.h"
#include "model/finding.h"

namespace weir::judge {

/// A counter of losses, as it is at the window's end.
struct LossCounter {
  std::string source;  ///< "netstat", "softnet", …
  std::string name;    ///< "TcpExt.TCPTimeWaitOverflow"
  std::optional<std::int64_t> total;
  std::optional<std::int64_t> delta;  ///< growth inside the window
};

/// A counter of snmp or netstat.
[[nodiscard]] LossCounter loss_counter(const Window& window, const std::string& name);

/// Nothing if one of the counters moved, or none is above zero. The finding has the id's variant
/// "before", whose text may use {losses} and {since}. Its resource is the host; fill in a more
/// exact one.
[[nodiscard]] std::optional<Finding> look_back(const Window& window, std::string_view id,
                                               const std::vector<LossCounter>& counters);

}  // namespace weir::judge
