// Subject: a part of a reading that can fail on its own, and Subjects: a set of them. Not the
// findings that it hides: judge/rules.h knows the needs of each finding.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace weir {

enum class Subject {
  window,         ///< two instants that may be compared
  counters,       ///< /proc/net/snmp and netstat
  settings,       ///< settings that the kernel may refuse to a reader without privileges
  configuration,  ///< the lines of the host's sysctl files
  tuners,         ///< running programs that change settings
  listeners,      ///< listening TCP sockets
  owners,         ///< the processes that hold the listeners
  processes,      ///< the actions and resources of those processes
  owner_looks,    ///< the probes of processes inside the window
  queue_samples,  ///< the accept queues inside the window
  refusals,       ///< which listener refused the connections that the namespace counted
  states,         ///< half-open connections, those being opened, and those being closed
  state_ends,     ///< the port or peer of each connection of these states
  /// half-open connections inside the window
  half_open_samples,
  half_open_ages,     ///< how long half-open connections wait, and whether they are answered
  outgoing,           ///< the local ports that outgoing connections use
  flows,              ///< the state of the established connections: tcp_info, idle time, peers
  connection_owners,  ///< the processes that hold single connections
  links,              ///< network interfaces and their counters
  addresses,          ///< addresses of the interfaces
  routes,             ///< routes and gateways
  drivers,            ///< all reports of interface drivers: speed, modes, counters
  link_speeds,        ///< the speed of interfaces that carry traffic
  link_modes,         ///< what both ends of a cable support and negotiated
  driver_counters,    ///< the counters of the drivers
  qdiscs,             ///< queueing disciplines
  neighbours,         ///< the entries of the neighbour tables
  neighbour_tables,   ///< how full the neighbour tables are
  /// the precision of a reading: the findings that it hides can still be found, but less surely
  precision,
};

inline constexpr std::array all_subjects{Subject::window,          Subject::counters,
                                         Subject::settings,        Subject::configuration,
                                         Subject::tuners,          Subject::listeners,
                                         Subject::owners,          Subject::processes,
                                         Subject::owner_looks,     Subject::queue_samples,
                                         Subject::refusals,        Subject::states,
                                         Subject::state_ends,      Subject::half_open_samples,
                                         Subject::half_open_ages,  Subject::outgoing,
                                         Subject::flows,           Subject::connection_owners,
                                         Subject::links,           Subject::addresses,
                                         Subject::routes,          Subject::drivers,
                                         Subject::link_speeds,     Subject::link_modes,
                                         Subject::driver_counters, Subject::qdiscs,
                                         Subject::neighbours,      Subject::neighbour_tables,
                                         Subject::precision};

/// As in JSON: the enumerator with `-` for `_`, e.g. "queue-samples".
[[nodiscard]] std::string_view subject_id(Subject subject);
[[nodiscard]] std::optional<Subject> parse_subject(std::string_view id);

class Subjects {
 public:
  constexpr Subjects(std::initializer_list<Subject> subjects) {
    for (const Subject subject : subjects) bits_ |= bit(subject);
  }
  [[nodiscard]] constexpr bool has(Subject subject) const { return (bits_ & bit(subject)) != 0; }

 private:
  static constexpr std::uint64_t bit(Subject subject) {
    return std::uint64_t{1} << static_cast<unsigned>(subject);
  }
  std::uint64_t bits_ = 0;
};

}  // namespace weir
