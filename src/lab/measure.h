// The kernel's own data about a namespace: counters and listening sockets, read without weir's
// readers. Not sense: tests compare weir with this.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/namespace.h"

namespace weir::lab {

/// Parses /proc/net/netstat or /proc/net/snmp, or both one after the other:
/// "TcpExt.ListenOverflows" → value.
std::map<std::string, std::int64_t> parse_counters(const std::string& text);
/// The counters of a namespace, and those of its snmp6 by their own names: "Udp6NoPorts".
Result<std::map<std::string, std::int64_t>> read_counters(const Namespace& place);
/// One of them; zero if the kernel has no such counter or it could not be read.
std::int64_t read_counter(const Namespace& place, const std::string& name);

/// An interface's line of /proc/net/dev.
struct LinkCounters {
  std::int64_t rx_bytes = 0, rx_packets = 0, rx_dropped = 0;
  std::int64_t tx_bytes = 0, tx_packets = 0, tx_dropped = 0;
};
/// Errors: not_found.
Result<LinkCounters> read_link(const Namespace& place, const std::string& name);

/// The number of TCP sockets in a state, by ss's name for it ("syn-recv", "close-wait",
/// "fin-wait-2", "time-wait", …); -1 if ss fails.
std::int64_t count_sockets(const Namespace& place, const std::string& state);

/// An established connection, and its details from `ss -i`.
struct ConnectionInfo {
  std::string local;
  std::string peer;
  std::string text;

  /// The number after "name:", without its unit; -1 if it is missing.
  [[nodiscard]] double number(const std::string& name) const;
};
Result<std::vector<ConnectionInfo>> list_connections(const Namespace& place);

/// One line of `ss -ltn`.
struct ListeningSocket {
  std::string local;  ///< "0.0.0.0:80"
  std::int64_t queue = 0;
  std::int64_t backlog = 0;
};
Result<std::vector<ListeningSocket>> list_listening(const Namespace& place);
/// The backlog of the first listener on this port; -1 without a listener.
std::int64_t backlog_of_port(const Namespace& place, int port);

}  // namespace weir::lab
