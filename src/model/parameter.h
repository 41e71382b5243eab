// What weir knows about one kernel parameter, and about one finding: values read from knowledge/,
// with the Relation that a cause and a symptom must have for the one to explain the other.
// Not the live value of a parameter: that is in a Snapshot. Not the comparison of two findings:
// judge/rank.cpp makes it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "model/severity.h"
#include "model/stage.h"

namespace weir {

enum class Relation {
  /// every process of the symptom belongs to the cause; a cause of the whole host explains
  /// everything
  owners,
  throttled,    ///< the owners, and the cause names the throttling itself
  port,         ///< both are about the same local port
  listener,     ///< both are about the same listening address, and the cause loses no less
  resource,     ///< the two are about the same interface or table
  limits,       ///< the symptom is a setting, and it limits the cause's table
  somaxconn,    ///< the symptom is a setting, and that setting is net.core.somaxconn
  syncookies,   ///< likewise net.ipv4.tcp_syncookies
  own_port,     ///< everything that the symptom counts was for the local port of the cause
  destination,  ///< everything that the symptom counts was for the destinations of the cause
  critical,     ///< the cause is critical, for any symptom
  route,        ///< the packets of the symptom pass the cause's interface, as far as this is known
  always,       ///< the cause affects everything, or both are about the network namespace
};

inline constexpr std::array all_relations{
    Relation::owners,   Relation::throttled,   Relation::port,      Relation::listener,
    Relation::resource, Relation::limits,      Relation::somaxconn, Relation::syncookies,
    Relation::own_port, Relation::destination, Relation::critical,  Relation::route,
    Relation::always};

/// The enumerator with `-` for `_`, e.g. "own-port".
[[nodiscard]] std::string_view relation_id(Relation relation);
[[nodiscard]] std::optional<Relation> parse_relation(std::string_view id);

enum class ParameterKind { sysctl, sysfs, ethtool, rlimit };
enum class ParameterScope { netns, host, host_read_only_in_netns, interface, queue, process };
enum class ParameterType { integer, integers, text };

/// The judgement of a setting. Everything from `removed` to `harmful` makes a finding
/// host.setting-…
enum class Verdict {
  kernel_default,  ///< equals the kernel's own choice
  changed,         ///< differs from the default, and nothing speaks against it
  harmless,        ///< does not do what users expect, but does no harm
  mixed,           ///< a part of it helps, a part of it is not needed
  conditional,     ///< right only under a condition that weir cannot see
  inert,           ///< this kernel does not read it as configured
  lowers_default,  ///< below the kernel's own choice
  overridden,      ///< a later line or the live value differs
  malformed,       ///< not a number, too many numbers, or out of the kernel's range
  removed,         ///< this kernel does not have the parameter
  unknown,         ///< not in the catalog
  harmful,         ///< breaks clients or exceeds memory
};

/// The id used in the CLI, JSON and knowledge/, e.g. "lowers-default".
[[nodiscard]] std::string_view verdict_id(Verdict verdict);
[[nodiscard]] std::optional<Verdict> parse_verdict(std::string_view id);

/// A default from the kernel version `since` on: a fixed text, or a rule computed from the host
/// ("tcp_mem", "tcp_rmem", …; "distribution" is never compared).
struct ParameterDefault {
  KernelVersion since;
  std::string value;
  std::string rule;
  std::string note;
};

/// One judgement of a value: `when` is a conjunction in the grammar of knowledge/README.md.
struct VerdictRule {
  std::string when;
  Verdict verdict = Verdict::changed;
  std::optional<Severity> severity;
  std::string why;
  std::string remedy;
};

struct Parameter {
  std::string name;  ///< dotted; `*` stands for one component
  ParameterKind kind = ParameterKind::sysctl;
  Stage stage = Stage::host;
  std::vector<Stage> also_stages;
  ParameterScope scope = ParameterScope::netns;
  std::string scope_note;
  ParameterType type = ParameterType::integer;
  int count = 1;
  std::string unit;
  std::optional<std::int64_t> min;
  std::optional<std::int64_t> max;
  std::optional<KernelVersion> since;        ///< first kernel with it
  std::optional<KernelVersion> removed;      ///< first kernel without it
  std::optional<KernelVersion> inert_since;  ///< first kernel that ignores it
  std::vector<ParameterDefault> defaults;    ///< oldest first
  std::string summary;
  std::string behavior;
  std::vector<std::string> too_small;
  std::vector<std::string> too_large;
  std::string formula;
  std::string risk;
  std::string wrong_advice;
  std::string version_notes;
  std::string persist_note;
  std::vector<std::string> measured;
  std::vector<std::string> sources;
  std::vector<std::string> see;
  std::vector<int> lower_is_worse;
  std::vector<VerdictRule> verdicts;
};

/// The words of a finding; `meaning`, `remedy`, `risk` and `title` may hold {placeholders}.
struct FindingText {
  std::string title;
  std::string meaning;
  std::string remedy;
  std::string risk;
};

/// A finding that another finding may explain: then it is a symptom of that finding.
struct Explained {
  std::string symptom;  ///< the finding's id
  Relation when = Relation::always;
};

struct FindingEntry {
  std::string id;
  bool planned = false;  ///< no rule makes it yet
  std::vector<Explained> explains;
  Stage stage = Stage::host;
  FindingText text;
  std::map<std::string, FindingText> variants;  ///< an empty field means: as in `text`
  std::string told_apart_by;
  std::vector<std::string> counters;
  std::vector<std::string> parameters;
  std::vector<std::string> sources;
};

/// How to set the accept backlog of one server program durably.
struct ServerEntry {
  /// names as in /proc/PID/comm, `*` at the end for any rest; empty: the fallback
  std::vector<std::string> comms;
  std::string title;
  std::string setting;  ///< may hold {backlog}
  std::string where;
  std::string standard;  ///< its default backlog, if known
  std::string needs;     ///< reload, restart, …
  std::string source;
};

}  // namespace weir
