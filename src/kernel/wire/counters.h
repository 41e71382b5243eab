// The counters of /proc/net: snmp, netstat, snmp6, sockstat and sockstat6, by name; and the
// conversion of a kernel counter to a number of weir. Not rates: a counter is the file's value at
// one instant.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

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

}  // namespace weir::wire
