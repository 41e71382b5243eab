// Finding and Report: what judging a Recording says, as in docs/findings.md (weir.check/1).
// Not text for the terminal: ui lays it out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "model/not_seen.h"
#include "model/provenance.h"
#include "model/severity.h"
#include "model/stage.h"
#include "model/target.h"

namespace weir {

/// What a finding is about. `name` is for display; a listener is identified by netns, cookie and
/// inode.
struct Resource {
  /// "listener", "process", "destination", "port", "setting", "interface", "table", "host"
  std::string kind;
  std::string name;
  std::optional<std::uint64_t> netns;
  std::optional<std::uint64_t> cookie;
  std::optional<std::int64_t> inode;
  std::optional<std::int64_t> port;
  std::vector<std::int64_t> pids;  ///< bounded
  std::string command;
  std::optional<std::int64_t> group_size;  ///< members of the SO_REUSEPORT group
  std::string file;                        ///< a configuration line's file and line
  std::optional<std::int64_t> line;
  /// What tells it from others of its kind over many windows: of a socket its cookie and inode, of
  /// an interface its index and address, of a process its id and start time. Empty: the name does.
  /// Not shown, and not in JSON, like the next one.
  std::string identity = {};
  std::optional<std::uint64_t> netns_cookie = std::nullopt;  ///< as in Place
  friend bool operator==(const Resource&, const Resource&) = default;
};

/// One number and where it was read. At least one of delta, total, value is there.
struct Evidence {
  /// "netstat", "snmp", "sockstat", "sock_diag", "sysctl", "proc", "cgroup", "file", "rtnetlink",
  /// "ethtool", "qdisc", "softnet"
  std::string source;
  std::string name;
  std::optional<std::int64_t> delta;  ///< change inside the window
  std::optional<double> per_second;   ///< delta over the window
  std::optional<std::int64_t> total;
  std::string since;                 ///< what total counts from: "boot", "listen", …
  std::optional<std::string> value;  ///< a level or a text
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

/// "128", "+312 (104/s)", "5508 since the network namespace was created": what the evidence says,
/// the most telling part first. Without its name and its source.
[[nodiscard]] std::vector<std::string> describe_parts(const Evidence& evidence);

struct Symptom {
  std::string id;
  std::vector<Evidence> evidence;
  friend bool operator==(const Symptom&, const Symptom&) = default;
};

/// Whose packets a finding counts, as far as that is known: by this a cause is told from a
/// neighbour. Nothing of it is shown.
struct Scope {
  std::vector<std::string> interfaces;  ///< that most of them pass; empty: not known
  /// "192.0.2.7:443": that nearly all of them are for; empty: several, or not known
  std::vector<std::string> destinations;
  /// the ports of those destinations, where all of them are this host's own
  std::vector<std::int64_t> own_ports;
  friend bool operator==(const Scope&, const Scope&) = default;
};

/// What the sentences of a finding are made of. Not shown: judge/sentences.h makes the sentences.
struct Wording {
  std::string variant;                       ///< of the finding's texts; empty: none
  std::map<std::string, std::string> facts;  ///< placeholder → text
  /// placeholder → the Change::target whose planned value it stands for
  std::map<std::string, std::string> planned = {};
  std::string remedy = {};  ///< instead of the catalog's
  friend bool operator==(const Wording&, const Wording&) = default;
};

/// A setting that would be changed, for display; the Plan holds the steps.
struct Change {
  StepKind kind = StepKind::sysctl;
  std::string target;
  std::string from;
  std::string to;
  friend bool operator==(const Change&, const Change&) = default;
};

struct Finding {
  std::string id;
  Stage stage = Stage::host;
  Severity severity = Severity::notice;
  Resource resource;
  /// other members of the SO_REUSEPORT group, or other processes, with the same diagnosis; worst
  /// first
  std::vector<Resource> also;
  std::vector<Evidence> evidence;
  std::vector<Symptom> symptoms;
  std::string title;
  std::string meaning;
  std::string remedy;
  std::string risk;
  std::vector<Change> changes;
  double lost_per_second = 0;  ///< connections or packets lost: ranks findings of one severity
  Scope scope = {};
  Wording wording = {};
  friend bool operator==(const Finding&, const Finding&) = default;
};

/// The same for the same finding in every window of one boot, whatever its severity, its variant
/// and its numbers are by then: the id, the network namespace, the kind of the resource and what
/// tells the resource from others of its kind. Of several resources the least one counts, because
/// another one of them may be the worst in the next window. Different findings of one Report have
/// different keys. The parts are escaped and separated by tabs.
///
/// A finding that was read from a report knows its resource by name alone, so its key is another
/// one where an identity says more than the name.
[[nodiscard]] std::string key_of(const Finding& finding);

/// One resource's headroom. `capacity` is nothing where it is not known or there is no limit.
struct ResourceUse {
  std::string kind;
  std::string name;
  std::string unit;
  std::optional<std::int64_t> capacity;
  std::vector<std::int64_t> thresholds;
  std::optional<std::int64_t> used;
  std::optional<std::int64_t> peak;
  std::optional<double> saturation;    ///< share of the window in which it was full, 0 to 1
  std::optional<std::int64_t> errors;  ///< overflows inside the window
  friend bool operator==(const ResourceUse&, const ResourceUse&) = default;
};

struct StageReport {
  Stage stage = Stage::host;
  std::vector<ResourceUse> resources;
  friend bool operator==(const StageReport&, const StageReport&) = default;
};

struct Report {
  Provenance host;
  Nanoseconds window;
  std::vector<StageReport> stages;  ///< all eleven, in order, unless filtered
  std::vector<Finding> findings;    ///< ranked
  std::vector<NotSeen> not_seen;
  /// as Snapshot::read_by, of both ends of the window
  std::map<std::string, std::string> read_by = {};
  friend bool operator==(const Report&, const Report&) = default;
};

/// What follows "since" in a text for a reader: "the network namespace was created" for
/// "namespace", "the interface was created" for "interface", "listen()" for "listen", "bind()" for
/// "bind". JSON keeps the short word. "boot" and any other word stay as they are.
[[nodiscard]] std::string describe_since(std::string_view since);

}  // namespace weir
