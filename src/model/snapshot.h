// Snapshot: the data of one network namespace at one instant, with place and time. Not a window
// (Recording), and nothing here is judged.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/config_line.h"
#include "model/host.h"
#include "model/link.h"
#include "model/listener.h"
#include "model/not_seen.h"
#include "model/process.h"
#include "model/provenance.h"
#include "model/socket_group.h"

namespace weir {

struct Snapshot {
  Provenance provenance;
  Host host;
  /// dotted name → the kernel's text, trimmed, tabs as blanks
  std::map<std::string, std::string> sysctls;
  /// snmp, snmp6, netstat: "TcpExt.ListenOverflows", "Tcp.RetransSegs", "Ip6.InReceives"
  std::map<std::string, std::int64_t> counters;
  std::map<std::string, std::int64_t> sockstat;  ///< "TCP.tw", "TCP.mem", "TCP6.inuse"
  /// TCP sockets per state without ESTABLISHED, TIME_WAIT and LISTEN: "SYN_RECV" …
  std::map<std::string, std::int64_t> states;
  /// "neighbour.ipv4.entries", "neighbour.ipv4.table_fulls", "files.allocated", "files.max", …
  std::map<std::string, std::int64_t> tables;
  std::vector<SoftnetCpu> softnet;
  std::vector<Link> links;
  std::vector<Listener> listeners;  ///< ordered by port, address, cookie
  std::vector<Process> processes;   ///< owners of listeners, ordered by pid
  /// the lines of the host's own sysctl files; empty outside the initial namespace
  std::vector<ConfigLine> configuration;
  std::vector<NotSeen> not_seen;
  /// the method of reading a subject if several exist: "sockets" → "sock_diag", "BPF iterator"
  std::map<std::string, std::string> read_by = {};
  std::vector<Qdisc> qdiscs = {};
  std::vector<Gateway> gateways = {};
  std::vector<SocketGroup> socket_groups = {};  ///< of the rare states; largest first, bounded
  /// largest first, bounded; only in a window's last Snapshot, or a lone one
  std::vector<PortUse> port_uses = {};
  std::vector<PeerGroup> peer_groups = {};  ///< largest first, bounded; likewise
  /// The sockets that have dropped datagrams, most drops first, bounded. Only in a window's last
  /// Snapshot, if the namespace's counter of full buffers moved.
  std::vector<UdpSocket> udp_sockets = {};
  /// running programs that write the same settings: "tuned (812)"
  std::vector<std::string> tuners = {};
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

/// The value of one of Snapshot::sysctls; nothing if it is not among them.
[[nodiscard]] std::optional<std::string> find_sysctl_value(
    const std::map<std::string, std::string>& sysctls, const std::string& name);

}  // namespace weir
