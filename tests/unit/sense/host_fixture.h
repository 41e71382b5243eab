// A small healthy host as a FakeKernel: enough files for a Snapshot. Not a captured host.
#pragma once

#include <string>

#include "kernel/fake/fake_kernel.h"
#include "model/snapshot.h"

namespace weir::sense {

inline void fill_host(kernel::FakeState& state) {
  auto& files = state.files;
  files["/proc/sys/kernel/hostname"] = "web1\n";
  files["/proc/sys/kernel/osrelease"] = "6.1.0-18-amd64\n";
  files["/proc/sys/kernel/random/boot_id"] = "3f1c0e7a-0000-4000-8000-000000000001\n";
  files["/etc/machine-id"] = "0123456789abcdef0123456789abcdef\n";
  files["/proc/self/status"] = "Name:\tweir\nUid:\t1000\t0\t0\t0\n";
  files["/proc/meminfo"] = "MemTotal:       1000 kB\n";
  files["/proc/zoneinfo"] = "Node 0, zone   Normal\n        high     10\n        managed  250\n";
  files["/proc/stat"] =
      "cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 5 0 5 40 0 0 0 0 0 0\ncpu1 5 0 5 40 0 0 0 0 0 0\nintr 1\n";
  files["/proc/net/snmp"] = "Tcp: ActiveOpens RetransSegs\nTcp: 5 6\n";
  files["/proc/net/netstat"] = "TcpExt: ListenOverflows ListenDrops\nTcpExt: 7 8\n";
  files["/proc/net/snmp6"] = "Ip6InReceives 9\n";
  files["/proc/net/sockstat"] = "TCP: inuse 3 orphan 0 tw 2 alloc 4 mem 1\n";
  files["/proc/net/sockstat6"] = "TCP6: inuse 1\n";
  files["/proc/net/softnet_stat"] = "00000011 00000002 00000003\n";
  files["/proc/net/stat/arp_cache"] = "entries table_fulls\n00000002 00000001\n00000002 00000003\n";
  files["/proc/sys/fs/file-nr"] = "592 0 1000\n";
  files["/proc/sys/fs/file-max"] = "1000\n";
  files["/proc/sys/net/core/somaxconn"] = "4096\n";
  files["/proc/sys/net/core/netdev_max_backlog"] = "1000\n";
  files["/proc/sys/net/ipv4/tcp_rmem"] = "4096\t131072\t6291456\n";
  files["/proc/sys/net/ipv4/tcp_ehash_entries"] = "-65536\n";
  files["/proc/sys/net/ipv4/tcp_fastopen_key"] = "01234567-89abcdef-01234567-89abcdef\n";
  files["/proc/sys/net/ipv4/conf/eth0/rp_filter"] = "1\n";
  files["/proc/sys/net/ipv4/conf/all/rp_filter"] = "0\n";
  files["/proc/sys/net/netfilter/nf_conntrack_count"] = "12\n";
  state.links["/proc/thread-self/ns/net"] = "net:[4026531840]";
  Link lo;
  lo.index = 1;
  lo.name = "lo";
  lo.up = lo.carrier = lo.loopback = true;
  state.network_links.push_back(lo);
}

inline Listener make_listener(std::uint64_t cookie, std::int64_t port, std::int64_t backlog = 16) {
  Listener listener;
  listener.address = "0.0.0.0";
  listener.port = port;
  listener.cookie = cookie;
  listener.inode = static_cast<std::int64_t>(cookie) * 10;
  listener.backlog = backlog;
  listener.drops = 0;
  return listener;
}

inline Process make_process(std::int64_t pid, const std::string& command) {
  Process process;
  process.pid = pid;
  process.parent = 1;
  process.start_time = 5;
  process.command = command;
  process.file_limit = 1024;
  process.file_limit_hard = 4096;
  return process;
}

/// Whether the Snapshot reports as not seen an item whose name has these words.
inline const NotSeen* find_not_seen(const Snapshot& snapshot, const std::string& words) {
  for (const auto& entry : snapshot.not_seen) {
    if (entry.what.find(words) != std::string::npos) return &entry;
  }
  return nullptr;
}

}  // namespace weir::sense
