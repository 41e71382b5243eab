// Relation: the condition under which a cause explains a symptom, as knowledge/findings.toml names
// it. Not the comparison: judge/rank.cpp makes it.
#pragma once

#include <array>
#include <optional>
#include <string_view>

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

}  // namespace weir
