// SizingDraft: an unfinished Sizing: the goal, the host, the numbers that follow from both, and the
// needs so far. Not the needs themselves: size_queues.cpp, size_buffers.cpp, size_tables.cpp,
// size_limits.cpp.
#pragma once

#include <string>
#include <vector>

#include "model/sizing.h"

namespace weir::plan {

/// The goal in numbers for single connections.
struct SizingLoads {
  std::int64_t idle = 0;
  std::int64_t active = 0;
  BitsPerSecond flow;         ///< rate of one active connection
  Bytes in_flight;            ///< its bandwidth-delay product
  Bytes active_buffers;       ///< bytes that it holds in socket buffers
  std::int64_t outgoing = 0;  ///< open connections to all upstreams
  PerSecond outgoing_rate;    ///< new connections to each upstream
};

struct SizingDraft {
  SizingGoal goal;
  SizingHost host;
  SizingLoads loads;
  std::vector<SizingNeed> needs;
  std::vector<SizingSetting> settings;
};

[[nodiscard]] SizingDraft begin_sizing(const SizingGoal& goal, const SizingHost& host);

/// All numbers of a sysctl on the host; empty if it is not known, or if a part is not a number.
[[nodiscard]] std::vector<std::int64_t> host_numbers(const SizingHost& host,
                                                     const std::string& name);

/// New connections a second of both kinds: from clients, and to upstreams.
[[nodiscard]] PerSecond opened_connections(const SizingDraft& draft);

/// Adds the setting. If two settings have one name, the one with the larger last number stays.
void want_setting(SizingDraft& draft, SizingSetting setting);
/// Adds a sysctl; `from` is the host's value.
void want_sysctl(SizingDraft& draft, const std::string& name, const std::string& to,
                 const std::string& reason, const std::string& formula, const std::string& risk);

/// Each adds the needs of its stages, in their order.
void size_queues(SizingDraft& draft);   ///< link, neighbour, SYN queue, accept queue
void size_buffers(SizingDraft& draft);  ///< buffers, transmission, idle
void size_tables(SizingDraft& draft);   ///< close, TIME_WAIT, connect
void size_limits(SizingDraft& draft);   ///< host

/// For formulas: "50 ms", "102.2 s"; "2.5 Gbit/s"; "5000"; "4096 B".
[[nodiscard]] std::string show(Nanoseconds time);
[[nodiscard]] std::string show(BitsPerSecond rate);
[[nodiscard]] std::string show(std::int64_t count);
[[nodiscard]] std::string show(Bytes bytes);

/// weir's own assumptions about an ordinary path to clients, used if the goal gives no numbers. Of
/// a million: handshakes that lose a segment (1 %), and clients that vanish without a FIN (0.1 %).
inline constexpr std::int64_t lost_ppm = 10'000;
inline constexpr std::int64_t vanished_ppm = 1'000;

}  // namespace weir::plan
