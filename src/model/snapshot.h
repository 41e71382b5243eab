// Snapshot: what was read from one network namespace at one instant, with where and when.
// Not a window (Recording), and nothing here is judged.
#pragma once

#include <cstddef>
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
  /// TCP sockets per state but ESTABLISHED, TIME_WAIT and LISTEN: "SYN_RECV" …
  std::map<std::string, std::int64_t> states;
  /// "neighbour.ipv4.entries", "neighbour.ipv4.table_fulls", "files.allocated", "files.max", …
  std::map<std::string, std::int64_t> tables;
  std::vector<SoftnetCpu> softnet;
  std::vector<Link> links;
  std::vector<Listener> listeners;  ///< ordered by port, address, cookie
  std::vector<Process> processes;   ///< owners of listeners, ordered by pid
  /// what the host's own sysctl files say; empty outside the initial namespace
  std::vector<ConfigLine> configuration;
  std::vector<NotSeen> not_seen;
  /// how a subject was read where there are several ways: "sockets" → "sock_diag", "BPF iterator"
  std::map<std::string, std::string> read_by = {};
  std::vector<Qdisc> qdiscs = {};
  std::vector<Gateway> gateways = {};
  std::vector<SocketGroup> socket_groups = {};  ///< of the rare states; largest first, bounded
  /// largest first, bounded; only in a window's last Snapshot, or a lone one
  std::vector<PortUse> port_uses = {};
  std::vector<PeerGroup> peer_groups = {};  ///< largest first, bounded; likewise
  /// Those that have dropped, most drops first, bounded; only in a window's last Snapshot, where
  /// the namespace's counter of full buffers moved.
  std::vector<UdpSocket> udp_sockets = {};
  /// programs at work that write the same settings: "tuned (812)"
  std::vector<std::string> tuners = {};
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

/// The text of one of Snapshot::sysctls; nothing where it is not among them.
[[nodiscard]] std::optional<std::string> find_sysctl_value(
    const std::map<std::string, std::string>& sysctls, const std::string& name);

/// The `index`-th integer of that text, from 0; nothing where the text has none there.
[[nodiscard]] std::optional<std::int64_t> find_setting(
    const std::map<std::string, std::string>& sysctls, const std::string& name,
    std::size_t index = 0);
[[nodiscard]] std::optional<std::int64_t> find_setting(const Snapshot& snapshot,
                                                       const std::string& name,
                                                       std::size_t index = 0);

}  // namespace weir
