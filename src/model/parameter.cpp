#include "model/parameter.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

constexpr std::array all_verdicts{Verdict::kernel_default, Verdict::changed,     Verdict::harmless,
                                  Verdict::mixed,          Verdict::conditional, Verdict::inert,
                                  Verdict::lowers_default, Verdict::overridden,  Verdict::malformed,
                                  Verdict::removed,        Verdict::unknown,     Verdict::harmful};

}  // namespace

std::string_view relation_id(Relation relation) {
  switch (relation) {
    case Relation::owners: return "owners";
    case Relation::throttled: return "throttled";
    case Relation::port: return "port";
    case Relation::listener: return "listener";
    case Relation::resource: return "resource";
    case Relation::limits: return "limits";
    case Relation::somaxconn: return "somaxconn";
    case Relation::syncookies: return "syncookies";
    case Relation::own_port: return "own-port";
    case Relation::destination: return "destination";
    case Relation::critical: return "critical";
    case Relation::route: return "route";
    case Relation::always: return "always";
  }
  return "";
}

std::optional<Relation> parse_relation(std::string_view id) {
  const auto found = std::find_if(all_relations.begin(), all_relations.end(),
                                  [&](Relation relation) { return relation_id(relation) == id; });
  return found == all_relations.end() ? std::nullopt : std::optional<Relation>(*found);
}

std::string_view verdict_id(Verdict verdict) {
  switch (verdict) {
    case Verdict::kernel_default: return "kernel-default";
    case Verdict::changed: return "changed";
    case Verdict::harmless: return "harmless";
    case Verdict::mixed: return "mixed";
    case Verdict::conditional: return "conditional";
    case Verdict::inert: return "inert";
    case Verdict::lowers_default: return "lowers-default";
    case Verdict::overridden: return "overridden";
    case Verdict::malformed: return "malformed";
    case Verdict::removed: return "removed";
    case Verdict::unknown: return "unknown";
    case Verdict::harmful: return "harmful";
  }
  return "unknown";
}

std::optional<Verdict> parse_verdict(std::string_view id) {
  for (const Verdict verdict : all_verdicts) {
    if (verdict_id(verdict) == id) return verdict;
  }
  return std::nullopt;
}

}  // namespace weir
