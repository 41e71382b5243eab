// Finding and Report: the result of judging a Recording, as in docs/findings.md (weir.check/1). Not
// text for the terminal: ui lays it out.
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

/// The object of a finding. `name` is for display; netns, cookie and inode identify a listener.
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
  /// Distinguishes it from others of its kind over many windows: cookie and inode of a socket,
  /// index and address of an interface, id and start time of a process. Empty: the name
  /// distinguishes it. Not shown, and not in JSON; the same holds for the next member.
  std::string identity = {};
  std::optional<std::uint64_t> netns_cookie = std::nullopt;  ///< as in Place
  friend bool operator==(const Resource&, const Resource&) = default;
};

/// One number and its source. At least one of delta, total, value is set.
struct Evidence {
  /// "netstat", "snmp", "sockstat", "sock_diag", "sysctl", "proc", "cgroup", "file", "rtnetlink",
  /// "ethtool", "qdisc", "softnet"
  std::string source;
  std::string name;
  std::optional<std::int64_t> delta;  ///< change inside the window
  std::optional<double> per_second;   ///< delta over the window
  std::optional<std::int64_t> total;
  std::string since;                 ///< the start of the total: "boot", "listen", …
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

/// The packets that a finding counts, as far as this is known. It distinguishes a cause from a
/// neighbour. Nothing of it is shown.
struct Scope {
  std::vector<std::string> interfaces;  ///< most packets pass these; empty: unknown
  /// "192.0.2.7:443": nearly all packets are for these; empty: several, or not known
  std::vector<std::string> destinations;
  /// the ports of those destinations if all of them are this host's own
  std::vector<std::int64_t> own_ports;
  friend bool operator==(const Scope&, const Scope&) = default;
};

/// The parts of a finding's sentences. Not shown: judge/sentences.h makes the sentences.
struct Wording {
  std::string variant;                       ///< of the finding's texts; empty: none
  std::map<std::string, std::string> facts;  ///< placeholder → text
  /// placeholder → the Change::target whose planned value replaces it
  std::map<std::string, std::string> planned = {};
  std::string remedy = {};  ///< instead of the catalog's
  friend bool operator==(const Wording&, const Wording&) = default;
};

/// A setting that would change, for display; the Plan holds the steps.
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

/// The same for the same finding in every window of one boot, even if its severity, its variant and
/// its numbers change. It consists of the id, the network namespace, the kind of the resource and
/// the part that distinguishes the resource from others of its kind. Of several resources the least
/// one counts, because another of them may be the worst in the next window. Different findings of
/// one Report have different keys. The parts are escaped and separated by tabs.
///
/// A finding that was read from a report knows only the name of its resource. So its key is
/// different if an identity contains more than the name.
[[nodiscard]] std::string key_of(const Finding& finding);

/// One resource's headroom. `capacity` is nothing if it is not known or not limited.
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

/// The words after "since" in a text for users: "the network namespace was created" for
/// "namespace", "the interface was created" for "interface", "listen()" for "listen", "bind()" for
/// "bind". JSON keeps the short word. "boot" and any other word stay as they are.
[[nodiscard]] std::string describe_since(std::string_view since);

}  // namespace weir
