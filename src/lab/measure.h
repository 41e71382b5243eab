// What the kernel itself says about a namespace: counters and listening sockets, read without any
// of weir's own readers. Not sense: tests hold weir against this.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/namespace.h"

namespace weir::lab {

/// The text of /proc/net/netstat or /proc/net/snmp, or of one after the other:
/// "TcpExt.ListenOverflows" → value.
std::map<std::string, std::int64_t> parse_counters(const std::string& text);
/// Those of a namespace, and of its snmp6 by its own names: "Udp6NoPorts".
Result<std::map<std::string, std::int64_t>> read_counters(const Namespace& place);
/// One of them; zero when the kernel has no such counter or it could not be read.
std::int64_t read_counter(const Namespace& place, const std::string& name);

/// An interface's line of /proc/net/dev.
struct LinkCounters {
  std::int64_t rx_bytes = 0, rx_packets = 0, rx_dropped = 0;
  std::int64_t tx_bytes = 0, tx_packets = 0, tx_dropped = 0;
};
/// Errors: not_found.
Result<LinkCounters> read_link(const Namespace& place, const std::string& name);

/// How many TCP sockets are in a state, by ss's name for it ("syn-recv", "close-wait",
/// "fin-wait-2", "time-wait", …); -1 when ss fails.
std::int64_t count_sockets(const Namespace& place, const std::string& state);

/// An established connection, and what `ss -i` says of it.
struct ConnectionInfo {
  std::string local;
  std::string peer;
  std::string text;

  /// The number after "name:", without its unit; -1 when it is not there.
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
/// The backlog of the first listener on this port; -1 when there is none.
std::int64_t backlog_of_port(const Namespace& place, int port);

}  // namespace weir::lab
