// Snapshot: what was read from one network namespace at one instant, with where and when.
// Not a window (Recording), and nothing here is judged.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "model/family.h"
#include "model/link.h"
#include "model/not_seen.h"
#include "model/socket_group.h"

namespace weir {

/// Where a Snapshot comes from. Snapshots of different boots or namespaces are never compared.
struct Provenance {
  std::string hostname;
  std::string machine_id;  ///< empty when /etc/machine-id is not there
  std::string kernel;      ///< release, e.g. "6.1.0-18-amd64"
  std::string boot_id;
  /// inode of the network namespace; once that has ended, the kernel gives the number to the next
  /// one
  std::uint64_t netns = 0;
  bool initial_netns = false;  ///< whether it is the host's first one
  Nanoseconds boot_time;       ///< CLOCK_BOOTTIME when the reading began
  Nanoseconds wall_time;       ///< CLOCK_REALTIME when the reading began
  std::int64_t uid = 0;        ///< effective uid of the reader
  std::string weir_version;
  /// the namespace's own number, never given again in this boot; nothing before Linux 5.14
  std::optional<std::uint64_t> netns_cookie = std::nullopt;
  friend bool operator==(const Provenance&, const Provenance&) = default;
};

/// Facts of the machine that formulas need; 0 or empty where it could not be read.
struct Host {
  std::int64_t cpus = 0;
  Bytes memory;  ///< MemTotal
  Bytes page_size{4096};
  /// nr_free_buffer_pages(): managed minus high watermark, zones DMA to Normal (mm/page_alloc.c)
  Pages buffer_pages;
  std::int64_t ticks_per_second = 100;  ///< USER_HZ
  std::int64_t ehash_entries = 0;       ///< net.ipv4.tcp_ehash_entries, its absolute value
  ClockTicks cpu_busy;                  ///< /proc/stat: all CPUs together, all but idle and iowait
  ClockTicks cpu_total;
  friend bool operator==(const Host&, const Host&) = default;
};

/// A process's descriptor of a socket.
struct Owner {
  std::int64_t pid = 0;
  std::int64_t fd = 0;
  friend auto operator<=>(const Owner&, const Owner&) = default;
};

/// A TCP socket in LISTEN. Identity: namespace, cookie and inode; address and port are for display
/// and grouping.
struct Listener {
  Family family = Family::ipv4;
  std::string address;  ///< numeric, e.g. "0.0.0.0", "::1"
  std::int64_t port = 0;
  std::int64_t interface = 0;  ///< bound interface index, 0: any
  std::uint64_t cookie = 0;    ///< SO_COOKIE
  std::int64_t inode = 0;
  std::int64_t uid = 0;
  std::int64_t queue = 0;  ///< sk_ack_backlog: connections that wait for accept()
  /// sk_max_ack_backlog = min(listen backlog, somaxconn); backlog + 1 fit
  std::int64_t backlog = 0;
  std::optional<std::int64_t> drops;  ///< sk_drops, from INET_DIAG_SKMEMINFO
  std::optional<std::int64_t>
      /// requests in the SYN queue (SYN_RECV sockets of this local address and port; a SO_REUSEPORT
      /// group's total is at each member)
      half_open;
  std::optional<bool> v6only;
  /// bounded; empty when it could not be read
  std::vector<Owner> owners;
  /// of half_open: those whose SYN-ACK was sent again, so that no answer came within 1 s
  std::optional<std::int64_t> half_open_stale = std::nullopt;
  /// sockets of its local end by state, where they were counted; a group's total is at each member
  std::map<std::string, std::int64_t> connections = {};
  friend bool operator==(const Listener&, const Listener&) = default;
};

/// "0.0.0.0:80", "[::]:443".
[[nodiscard]] std::string listener_name(const Listener& listener);

struct Thread {
  std::int64_t tid = 0;
  char state = '?';  ///< R, S, D, T, Z … as in /proc/PID/stat
  ClockTicks cpu;    ///< utime + stime
  std::string wait;  ///< /proc/PID/task/TID/wchan; empty when unreadable or running
  friend bool operator==(const Thread&, const Thread&) = default;
};

struct CpuThrottling {
  std::int64_t periods = 0;            ///< nr_periods
  std::int64_t throttled_periods = 0;  ///< nr_throttled
  Nanoseconds throttled_time;
  friend bool operator==(const CpuThrottling&, const CpuThrottling&) = default;
};

/// A process that owns a listener.
struct Process {
  std::int64_t pid = 0;
  std::int64_t parent = 0;
  std::int64_t start_time = 0;  ///< ticks since boot: with the pid, its identity
  std::string command;          ///< comm
  /// path in the unified hierarchy, or of the v1 cpu controller
  std::string cgroup;
  ClockTicks cpu;                          ///< utime + stime of all threads
  std::optional<std::int64_t> files;       ///< open descriptors
  std::optional<std::int64_t> file_limit;  ///< soft RLIMIT_NOFILE
  std::optional<std::int64_t> file_limit_hard;
  std::vector<Thread> threads;              ///< bounded
  std::optional<CpuThrottling> throttling;  ///< of the nearest cgroup with cpu.stat
  friend bool operator==(const Process&, const Process&) = default;
};

/// One line of /proc/net/softnet_stat.
struct SoftnetCpu {
  std::int64_t cpu = 0;
  std::int64_t processed = 0, dropped = 0, time_squeeze = 0;
  std::int64_t received_rps = 0, flow_limit = 0;
  /// input_qlen + process_qlen (Linux 5.10)
  std::optional<std::int64_t> queue_length = std::nullopt;
  /// of this CPU, from /proc/stat; idle with iowait
  ClockTicks softirq = {}, idle = {}, total = {};
  friend bool operator==(const SoftnetCpu&, const SoftnetCpu&) = default;
};

/// One assignment in a sysctl configuration file, in the order in which the loader reads them.
struct ConfigLine {
  std::string file;
  std::int64_t line = 0;
  std::string key;  ///< dotted
  std::string value;
  bool ignore_error = false;  ///< the line began with "-"
  friend bool operator==(const ConfigLine&, const ConfigLine&) = default;
};

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

/// The value of one of Snapshot::sysctls; nothing where it is not among them.
[[nodiscard]] std::optional<std::string> find_sysctl_value(
    const std::map<std::string, std::string>& sysctls, const std::string& name);

}  // namespace weir
