// Sizing: the needs of a goal at each stage, a machine's capacities, the load at which each breaks,
// and the settings that raise the limits (weir.size/1). Not a Plan: that has steps with the old
// values of one machine. Nothing here was measured under load.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/units.h"
#include "model/stage.h"
#include "model/target.h"

namespace weir {

/// The load to carry.
struct SizingGoal {
  std::int64_t connections = 0;  ///< open at the same time, idle ones included
  PerSecond rate;                ///< new connections
  Nanoseconds round_trip;        ///< to the clients
  BitsPerSecond bandwidth;       ///< of payload, all connections together
  std::int64_t idle_permille = 950;
  /// the rate that one connection must reach; nothing: its share of the bandwidth
  std::optional<BitsPerSecond> flow;
  /// destinations (address and port) to which each new connection opens a connection of its own; 0:
  /// no proxy
  std::int64_t upstreams = 0;
  /// connections kept open to all of them together; 0: each is closed after use
  std::int64_t upstream_connections = 0;
  std::int64_t workers = 1;  ///< processes that share the connections
  Bytes application;         ///< the application's memory for each connection
  /// the longest time without accept() in the application
  Nanoseconds pause = milliseconds(100);
  friend bool operator==(const SizingGoal&, const SizingGoal&) = default;
};

/// A machine's capacities: this machine's, from a Snapshot, or those of a described one. An unknown
/// value is 0, empty or missing.
struct SizingHost {
  bool described = false;
  std::string name;         ///< hostname; empty for a described machine
  std::string kernel_text;  ///< release
  KernelVersion kernel;
  Bytes memory;
  Bytes page_size{4096};
  std::int64_t cpus = 0;
  std::map<std::string, std::string> sysctls;  ///< live, or the kernel's own choice
  std::string link;                            ///< the interface for outgoing traffic
  std::optional<BitsPerSecond> link_speed;
  std::string listener;  ///< its backlog counts; empty: only somaxconn does
  std::optional<std::int64_t> backlog;
  std::string server;  ///< its limit of files counts: "nginx (812)"
  std::optional<std::int64_t> file_limit;
  std::int64_t open_files = 0;
  bool tracks = false;  ///< connection tracking is active
  /// the highest listening port below the range of local ports
  std::int64_t highest_below = 0;
  friend bool operator==(const SizingHost&, const SizingHost&) = default;
};

/// The change of one setting that a need asks for.
struct SizingSetting {
  StepKind kind = StepKind::sysctl;
  std::string name;
  std::string from;  ///< empty if it is not known
  std::string to;
  std::string reason;
  std::string formula;
  std::string risk;
  friend bool operator==(const SizingSetting&, const SizingSetting&) = default;
};

/// One resource: the goal's need of it, and its capacity.
struct SizingNeed {
  Stage stage = Stage::host;
  std::string name;      ///< the same for every host: "accept queue"
  std::string resource;  ///< its owner, if it has one: "0.0.0.0:443", "nginx (812)", "eth0"
  std::string unit;
  std::int64_t needed = 0;
  std::optional<std::int64_t> available;  ///< nothing if it is not known or not limited
  /// the unit of breaks_at: "connections", "connections/s", "bit/s", "bit/s per connection"
  std::string load;
  std::int64_t wanted = 0;  ///< of that load, by the goal
  /// the load that uses up the capacity, with the rest of the goal unchanged
  std::optional<std::int64_t> breaks_at;
  /// the load that uses up the largest capacity that settings can give; as breaks_at if no setting
  /// changes it, nothing without a limit
  std::optional<std::int64_t> movable_to;
  std::string formula;  ///< with the numbers filled in
  std::string remedy;   ///< what to do if it does not fit
  friend bool operator==(const SizingNeed&, const SizingNeed&) = default;
};

/// breaks_at of the wanted load: below 1 it does not fit. Nothing if either is not known.
[[nodiscard]] std::optional<double> share_carried(const SizingNeed& need);
/// The same after the settings.
[[nodiscard]] std::optional<double> share_movable(const SizingNeed& need);

struct Sizing {
  SizingGoal goal;
  SizingHost host;
  std::vector<SizingNeed> needs;  ///< in the order of the stages
  std::vector<SizingSetting> settings;
  /// names of the needs that do not fit, the first to break first
  std::vector<std::string> breaks;
  std::vector<std::string> unreachable;  ///< one sentence for each need that no setting can satisfy
  std::vector<std::string> notes;        ///< assumptions and unknown values
  friend bool operator==(const Sizing&, const Sizing&) = default;
};

[[nodiscard]] const SizingNeed* find_need(const Sizing& sizing, const std::string& name);

}  // namespace weir
