// Network: the network interfaces of a namespace, and what hangs on them.
// Not the connections (sockets.h), and not the counters of the whole namespace (counters.h).
#pragma once

#include <vector>

#include "model/link.h"

namespace weir {

struct Network {
  std::vector<Link> links;  ///< ordered by index
  std::vector<Qdisc> qdiscs;
  std::vector<Gateway> gateways;
  friend bool operator==(const Network&, const Network&) = default;
};

}  // namespace weir
