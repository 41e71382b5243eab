// Snapshot: what was read from one network namespace at one instant, with where and when.
// Not a window (Recording), and nothing here is judged. A new field goes into the header of its
// group, which is all that its readers and rules include.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/counters.h"
#include "model/host.h"
#include "model/network.h"
#include "model/not_seen.h"
#include "model/process.h"
#include "model/provenance.h"
#include "model/settings.h"
#include "model/sockets.h"

namespace weir {

struct Snapshot {
  Provenance provenance;
  Host host;
  Settings settings;
  Counters counters;
  Sockets sockets;
  Network network;
  std::vector<Process> processes;  ///< owners of listeners, ordered by pid
  std::vector<NotSeen> not_seen;
  /// the method of reading a subject if several exist: "sockets" → "sock_diag", "BPF iterator"
  std::map<std::string, std::string> read_by;
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

}  // namespace weir
