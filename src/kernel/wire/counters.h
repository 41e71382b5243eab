// The counters of /proc/net: snmp, netstat, snmp6, sockstat and sockstat6, by name; softnet_stat,
// by CPU (net/core/net-procfs.c softnet_seq_show()); and how a counter of the kernel fits into a
// number of weir's. Not rates: a counter is what the file says at one instant.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/counters.h"

namespace weir::wire {

using Counters = std::map<std::string, std::int64_t>;

/// A 64-bit counter. Beyond the range it wraps.
[[nodiscard]] constexpr std::int64_t to_counter(std::uint64_t number) {
  return static_cast<std::int64_t>(number & 0x7FFF'FFFF'FFFF'FFFFU);
}

/// /proc/net/snmp and netstat: a line of names and a line of values per group. Adds
/// "Tcp.RetransSegs", "TcpExt.ListenOverflows". Skips a pair of lines that does not match, and a
/// value that is not a number.
void parse_counter_pairs(std::string_view text, Counters& counters);

/// /proc/net/snmp6: "Ip6InReceives 12" becomes "Ip6.InReceives".
void parse_snmp6(std::string_view text, Counters& counters);

/// /proc/net/sockstat and sockstat6: "TCP: inuse 1 orphan 0" becomes "TCP.inuse", "TCP.orphan".
void parse_sockstat(std::string_view text, Counters& counters);

/// A per-CPU table of /proc/net/stat in hexadecimal: "entries" is the same number in each line; the
/// values of every other column are added up. Adds prefix + column name.
void parse_stat_table(std::string_view text, std::string_view prefix, Counters& counters);

/// One entry per line that has at least three hexadecimal columns. The CPU's number is column 13
/// (Linux 5.10). Before 5.10, each line is the next online CPU in the order of `online`, or the
/// line's own number if `online` has no more. The backlog's length is column 12 (5.10),
/// received_rps column 10 (2.6.35), flow_limit column 11 (3.11).
[[nodiscard]] std::vector<SoftnetCpu> parse_softnet(std::string_view text,
                                                    std::span<const std::int64_t> online = {});

}  // namespace weir::wire
