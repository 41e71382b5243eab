// Sizing: what a goal needs at each stage, what a machine has, at which load it breaks, and the
// settings that move it (weir.size/1). Not a Plan: that has steps with the old values of one
// machine; and nothing here was measured under load.
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

/// What is to be carried.
struct SizingGoal {
  std::int64_t connections = 0;  ///< open at the same time, idle ones included
  PerSecond rate;                ///< new connections
  Nanoseconds round_trip;        ///< to the clients
  BitsPerSecond bandwidth;       ///< of payload, all connections together
  std::int64_t idle_permille = 950;
  /// what one connection alone is to reach; nothing: its share of the bandwidth
  std::optional<BitsPerSecond> flow;
  /// destinations (address and port) to which each new connection opens one of its own; 0: no proxy
  std::int64_t upstreams = 0;
  /// kept open to all of them together; 0: each is closed after use
  std::int64_t upstream_connections = 0;
  std::int64_t workers = 1;  ///< processes that share the connections
  Bytes application;         ///< what the application keeps for each connection
  /// the longest time for which the application does not accept
  Nanoseconds pause = milliseconds(100);
  friend bool operator==(const SizingGoal&, const SizingGoal&) = default;
};

/// A machine's capacities: this one's, from a Snapshot, or those of a described one. What is not
/// known is 0, empty or not there.
struct SizingHost {
  bool described = false;
  std::string name;         ///< hostname; empty for a described machine
  std::string kernel_text;  ///< release
  KernelVersion kernel;
  Bytes memory;
  Bytes page_size{4096};
  std::int64_t cpus = 0;
  std::map<std::string, std::string> sysctls;  ///< live, or what this kernel would choose
  std::string link;                            ///< the interface that leads out
  std::optional<BitsPerSecond> link_speed;
  std::string listener;  ///< the listener whose backlog counts; empty: only somaxconn does
  std::optional<std::int64_t> backlog;
  std::string server;  ///< the process whose limit of files counts: "nginx (812)"
  std::optional<std::int64_t> file_limit;
  std::int64_t open_files = 0;
  bool tracks = false;  ///< connection tracking is at work
  /// the highest port below the range of local ports on which something listens
  std::int64_t highest_below = 0;
  friend bool operator==(const SizingHost&, const SizingHost&) = default;
};

/// The change of one setting that a need asks for.
struct SizingSetting {
  StepKind kind = StepKind::sysctl;
  std::string name;
  std::string from;  ///< empty where it is not known
  std::string to;
  std::string reason;
  std::string formula;
  std::string risk;
  friend bool operator==(const SizingSetting&, const SizingSetting&) = default;
};

/// One resource: what the goal needs of it, and what there is.
struct SizingNeed {
  Stage stage = Stage::host;
  std::string name;      ///< the same for every host: "accept queue"
  std::string resource;  ///< whose it is, where one is meant: "0.0.0.0:443", "nginx (812)", "eth0"
  std::string unit;
  std::int64_t needed = 0;
  std::optional<std::int64_t> available;  ///< nothing where it is not known or there is no limit
  /// what breaks_at counts: "connections", "connections/s", "bit/s", "bit/s per connection"
  std::string load;
  std::int64_t wanted = 0;  ///< of that load, by the goal
  /// the load that uses up what there is, the rest of the goal as it is
  std::optional<std::int64_t> breaks_at;
  /// the load that uses up the most that settings can give; as breaks_at where none moves it,
  /// nothing where there is no limit
  std::optional<std::int64_t> movable_to;
  std::string formula;  ///< with the numbers filled in
  std::string remedy;   ///< what to do where it does not fit
  friend bool operator==(const SizingNeed&, const SizingNeed&) = default;
};

/// breaks_at of the wanted load: below 1 it does not fit. Nothing where either is not known.
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
  std::vector<std::string> unreachable;  ///< one sentence for each need that no setting makes fit
  std::vector<std::string> notes;        ///< what is assumed or not known
  friend bool operator==(const Sizing&, const Sizing&) = default;
};

[[nodiscard]] const SizingNeed* find_need(const Sizing& sizing, const std::string& name);

}  // namespace weir
