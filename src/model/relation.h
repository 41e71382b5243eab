// Relation: what a cause and a symptom must have in common for the one to explain the other, as
// knowledge/findings.toml names it. Not the comparison: judge/rank.cpp makes it.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace weir {

enum class Relation {
  /// every process of the symptom is one of the cause's; a cause of the whole host explains all
  owners,
  throttled,    ///< the owners, and the cause names the throttling itself
  port,         ///< both are about the same local port
  listener,     ///< both are about the same listening address, and the cause loses no less
  resource,     ///< the two are about the same interface or table
  limits,       ///< the symptom is a setting, and it limits the cause's table
  somaxconn,    ///< the symptom is a setting, and that setting is net.core.somaxconn
  syncookies,   ///< likewise net.ipv4.tcp_syncookies
  own_port,     ///< all that the symptom counts was for the local port that the cause is about
  destination,  ///< all that the symptom counts was for the destinations that the cause names
  critical,     ///< the cause is critical, whatever the symptom is
  route,        ///< what the symptom counts passes the cause's interface, as far as that is known
  always,       ///< the cause is in the way of everything, or both are about the network namespace
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
