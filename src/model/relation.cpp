#include "model/relation.h"

#include <algorithm>

namespace weir {

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

}  // namespace weir
