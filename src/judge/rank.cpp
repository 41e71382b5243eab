#include "judge/rank.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace weir::judge {

namespace {

/// One row of the catalog's `explains`.
struct Explanation {
  std::string_view cause;
  std::string_view symptom;
  Relation relation;
};

std::vector<Explanation> list_explanations(const Catalog& catalog) {
  std::vector<Explanation> all;
  for (const auto& entry : catalog.findings()) {
    for (const auto& one : entry.explains) all.push_back({entry.id, one.symptom, one.when});
  }
  return all;
}

bool is_name_among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A finding, and its pids in ascending order, because a finding may name very many processes.
struct Candidate {
  const Finding& finding;
  std::vector<std::int64_t> pids;
};

bool has_pid(const Candidate& one, std::int64_t pid) {
  return std::binary_search(one.pids.begin(), one.pids.end(), pid);
}

/// Whether every process that accepts for the symptom belongs to the cause. A master that only
/// holds the socket is not in the list; it shares the command.
bool shares_owners(const Candidate& cause, const Candidate& symptom) {
  if (cause.finding.resource.kind == "host") return true;
  const auto concerned = [&](const Resource& listener) {
    return std::any_of(listener.pids.begin(), listener.pids.end(),
                       [&](std::int64_t pid) { return has_pid(cause, pid); });
  };
  const auto& also = symptom.finding.also;
  return concerned(symptom.finding.resource) && std::all_of(also.begin(), also.end(), concerned);
}

bool is_setting(const Finding& finding, std::string_view name) {
  return finding.resource.kind == "setting" && finding.resource.name == name;
}

/// A notice is about the past, or about something that causes no harm, so it explains nothing.
bool is_present(const Finding& cause) { return cause.severity > Severity::notice; }

bool limits_table(const Finding& setting, const Finding& table) {
  if (setting.resource.kind != "setting" || table.resource.kind != "table") return false;
  const std::string prefix = table.resource.name == "conntrack"
                                 ? "net.netfilter.nf_conntrack_max"
                                 : "net." + table.resource.name + ".neigh.default.gc_thresh";
  return setting.resource.name.compare(0, prefix.size(), prefix) == 0;
}

bool names_throttling(const Finding& cause) {
  return std::any_of(cause.evidence.begin(), cause.evidence.end(),
                     [](const Evidence& one) { return one.source == "cgroup"; });
}

bool is_same_listener(const Finding& cause, const Finding& symptom) {
  return cause.resource.kind == "listener" && symptom.resource.kind == "listener" &&
         cause.resource.name == symptom.resource.name;
}

bool is_for_port_of(const Finding& cause, const Finding& symptom) {
  const auto& ports = symptom.scope.own_ports;
  return !ports.empty() && std::all_of(ports.begin(), ports.end(), [&](std::int64_t port) {
    return cause.resource.port == port;
  });
}

bool is_for_destinations_of(const Finding& cause, const Finding& symptom) {
  const auto is_named = [&](const std::string& destination) {
    return is_name_among(cause.scope.destinations, destination);
  };
  return !symptom.scope.destinations.empty() &&
         std::all_of(symptom.scope.destinations.begin(), symptom.scope.destinations.end(),
                     is_named);
}

bool is_on_route(const Finding& cause, const Finding& symptom) {
  return symptom.scope.interfaces.empty() ||
         is_name_among(symptom.scope.interfaces, cause.resource.name);
}

bool explains(Relation relation, const Candidate& one, const Candidate& other) {
  const Finding& cause = one.finding;
  const Finding& symptom = other.finding;
  if (cause.severity < symptom.severity) return false;
  switch (relation) {
    case Relation::port:
      return cause.resource.port.has_value() && cause.resource.port == symptom.resource.port;
    case Relation::owners: return shares_owners(one, other);
    case Relation::somaxconn: return is_setting(symptom, "net.core.somaxconn");
    case Relation::syncookies: return is_setting(symptom, "net.ipv4.tcp_syncookies");
    case Relation::listener:
      return is_same_listener(cause, symptom) && cause.lost_per_second >= symptom.lost_per_second;
    case Relation::throttled: return names_throttling(cause) && shares_owners(other, one);
    case Relation::resource:
      return is_present(cause) && cause.resource.kind == symptom.resource.kind &&
             cause.resource.name == symptom.resource.name;
    case Relation::limits: return limits_table(symptom, cause);
    case Relation::own_port: return is_present(cause) && is_for_port_of(cause, symptom);
    case Relation::destination: return is_present(cause) && is_for_destinations_of(cause, symptom);
    case Relation::critical: return cause.severity == Severity::critical;
    case Relation::route: return is_present(cause) && is_on_route(cause, symptom);
    case Relation::always: return is_present(cause);
  }
  return false;
}

std::vector<std::string> pid_keys(const Finding& finding) {
  if (finding.resource.kind == "host") return {"host"};
  std::vector<std::string> keys;
  for (const auto pid : finding.resource.pids) keys.push_back(std::to_string(pid));
  return keys;
}

/// The keys that cause and symptom must share, so that not every pair of findings has to be
/// compared. A relation with few symptoms, or few causes, needs no key.
std::vector<std::string> keys_of(Relation relation, const Finding& finding, bool is_cause) {
  switch (relation) {
    case Relation::port: return {std::to_string(finding.resource.port.value_or(-1))};
    case Relation::listener: return {finding.resource.name};
    case Relation::resource: return {finding.resource.kind + " " + finding.resource.name};
    case Relation::owners:
    case Relation::throttled: {
      auto keys = pid_keys(finding);
      if (relation == Relation::owners && !is_cause) keys.emplace_back("host");
      if (relation == Relation::throttled && is_cause) keys.emplace_back("host");
      return keys;
    }
    case Relation::somaxconn:
      return is_cause || is_setting(finding, "net.core.somaxconn") ? std::vector<std::string>{""}
                                                                   : std::vector<std::string>{};
    case Relation::syncookies:
      return is_cause || is_setting(finding, "net.ipv4.tcp_syncookies")
                 ? std::vector<std::string>{""}
                 : std::vector<std::string>{};
    case Relation::limits:
    case Relation::own_port:
    case Relation::destination:
    case Relation::critical:
    case Relation::route:
    case Relation::always: return {""};
  }
  return {""};
}

/// At most this many findings with one key are compared. If more of them name one process, the
/// process does not distinguish them.
constexpr std::size_t most_with_a_key = 64;

/// The findings that may explain others, by the key that they would share.
class KnownCauses {
 public:
  KnownCauses(const std::vector<Finding>& findings, const Catalog& catalog)
      : explanations_(list_explanations(catalog)) {
    std::multimap<std::string_view, std::size_t> entries_of;
    for (std::size_t entry = 0; entry < explanations_.size(); ++entry)
      entries_of.emplace(explanations_[entry].cause, entry);
    for (const auto& finding : findings) {
      candidates_.push_back({finding, finding.resource.pids});
      std::sort(candidates_.back().pids.begin(), candidates_.back().pids.end());
      const auto [first, last] = entries_of.equal_range(finding.id);
      for (auto at = first; at != last; ++at) {
        for (auto& key : keys_of(explanations_[at->second].relation, finding, true))
          causes_[{at->second, std::move(key)}].push_back(candidates_.size() - 1);
      }
    }
    for (std::size_t entry = 0; entry < explanations_.size(); ++entry)
      explained_.emplace(explanations_[entry].symptom, entry);
  }

  /// The first finding that explains the symptom, whatever the order of the explanations.
  [[nodiscard]] std::optional<std::size_t> find(std::size_t symptom) const {
    std::optional<std::size_t> found;
    const auto [first, last] = explained_.equal_range(candidates_[symptom].finding.id);
    for (auto at = first; at != last; ++at) {
      const Relation relation = explanations_[at->second].relation;
      for (auto& key : keys_of(relation, candidates_[symptom].finding, false)) {
        const auto causes = causes_.find({at->second, std::move(key)});
        if (causes == causes_.end()) continue;
        const auto cause =
            find_among(causes->second, causes->first.second.empty(), relation, symptom);
        if (cause && (!found || *cause < *found)) found = cause;
      }
    }
    return found;
  }

 private:
  [[nodiscard]] std::optional<std::size_t> find_among(const std::vector<std::size_t>& causes,
                                                      bool all, Relation relation,
                                                      std::size_t symptom) const {
    const std::size_t looks = all ? causes.size() : std::min(causes.size(), most_with_a_key);
    for (std::size_t i = 0; i < looks; ++i) {
      if (causes[i] != symptom && explains(relation, candidates_[causes[i]], candidates_[symptom]))
        return causes[i];
    }
    return std::nullopt;
  }

  std::vector<Explanation> explanations_;
  std::vector<Candidate> candidates_;
  /// by the entry of the table and a key; in ascending order
  std::map<std::pair<std::size_t, std::string>, std::vector<std::size_t>> causes_;
  /// entries by the symptom's id
  std::multimap<std::string_view, std::size_t> explained_;
};

/// For each finding its root cause: the last cause in the chain, which nothing explains. Nothing if
/// the causes form a circle.
std::vector<std::optional<std::size_t>> find_roots(
    const std::vector<std::optional<std::size_t>>& causes) {
  enum class Known { no, on_the_way, yes };
  std::vector<Known> known(causes.size(), Known::no);
  std::vector<std::optional<std::size_t>> roots(causes.size());
  for (std::size_t i = 0; i < causes.size(); ++i) {
    std::vector<std::size_t> way;
    std::size_t at = i;
    while (known[at] == Known::no && causes[at]) {
      known[at] = Known::on_the_way;
      way.push_back(at);
      at = *causes[at];
    }
    if (known[at] == Known::no) roots[at] = at;
    const auto root = known[at] == Known::on_the_way ? std::nullopt : roots[at];
    known[at] = Known::yes;
    for (const std::size_t one : way) {
      roots[one] = root;
      known[one] = Known::yes;
    }
  }
  return roots;
}

}  // namespace

void rank(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(b.severity, b.lost_per_second, a.stage, a.resource.name, a.id) <
           std::tie(a.severity, a.lost_per_second, b.stage, b.resource.name, b.id);
  });
}

std::vector<Finding> absorb_symptoms(std::vector<Finding> findings, const Catalog& catalog) {
  std::vector<std::optional<std::size_t>> causes;
  const KnownCauses known(findings, catalog);
  for (std::size_t i = 0; i < findings.size(); ++i) causes.push_back(known.find(i));
  const auto roots = find_roots(causes);
  std::vector<bool> absorbed(findings.size(), false);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto cause = roots[i];
    if (!cause || *cause == i) continue;
    findings[*cause].symptoms.push_back({findings[i].id, findings[i].evidence});
    findings[*cause].lost_per_second += findings[i].lost_per_second;
    absorbed[i] = true;
  }
  std::vector<Finding> left;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (!absorbed[i]) left.push_back(std::move(findings[i]));
  }
  return left;
}

}  // namespace weir::judge
