#include "sense/host.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "base/version.h"
#include "kernel/wire/host.h"
#include "kernel/wire/process.h"

namespace weir::sense {
namespace {

std::string read_word(FileReader& reader, const std::string& path) {
  return escape_bytes(trim(reader.read_or_empty(path)));
}

// Reading one name takes about 5 µs. Services start early, so they have low numbers if the kernel
// assigns numbers in order.
constexpr std::size_t max_processes = 2048;
constexpr std::size_t max_tuners = 16;

/// Names as in /proc/PID/comm, which has at most 15 bytes. Programs that write network parameters,
/// queues or interrupt affinity while they run. Not programs that write once at boot
/// (systemd-sysctl) or only set up an interface (NetworkManager).
constexpr std::array<std::string_view, 10> tuner_names{
    // profiles of sysctls and NIC queues; its dynamic mode also changes link speeds
    // (tuned-project.org, plugin_net.py)
    "tuned",
    "openshift-tuned",  // the node tuning operator's, which runs tuned profiles
    "ktuned",           // tuned's companion on KVM hosts
    // tcp_rmem, netdev_max_backlog, neighbour thresholds … at run time (github.com/oracle/bpftune)
    "bpftune",
    // which CPU serves which queue's interrupts (github.com/Irqbalance/irqbalance)
    "irqbalance",
    "numad",            // which CPUs and memory nodes processes run on (pagure.io/numad)
    "atuned",           // A-Tune's daemon (gitee.com/openeuler/A-Tune)
    "keentuned",        // KeenTune's daemon (gitee.com/anolis/keentuned)
    "keentune-target",  // and its agent
    // nf_conntrack_max and conntrack's TCP timeouts (kubernetes, pkg/proxy:
    // --conntrack-max-per-core)
    "kube-proxy",
};

}  // namespace

Provenance read_provenance(FileReader& reader, kernel::Kernel& kernel) {
  Provenance provenance;
  provenance.boot_time = kernel.clock.boot_time();
  provenance.wall_time = kernel.clock.wall_time();
  provenance.hostname = read_word(reader, "/proc/sys/kernel/hostname");
  provenance.place.machine_id = read_word(reader, "/etc/machine-id");
  provenance.kernel = read_word(reader, "/proc/sys/kernel/osrelease");
  provenance.place.boot_id = read_word(reader, "/proc/sys/kernel/random/boot_id");
  provenance.uid =
      wire::parse_effective_uid(reader.read_or_empty("/proc/self/status")).value_or(-1);
  provenance.weir_version = version();
  const auto netns = reader.files().read_link("/proc/thread-self/ns/net");
  if (netns.ok()) provenance.place.netns = wire::parse_inode_link(*netns, "net").value_or(0);
  if (const auto cookie = kernel.netlink.namespace_cookie(); cookie.ok())
    provenance.place.netns_cookie = *cookie;
  return provenance;
}

Host read_host(FileReader& reader, const Host* previous, std::vector<wire::CpuTicks>& cpus) {
  Host host;
  if (previous != nullptr) {
    host = *previous;
  } else {
    const auto units = wire::parse_auxv(reader.read_or_empty("/proc/self/auxv"));
    host.page_size = units.page_size.value_or(host.page_size);
    host.ticks_per_second = units.ticks_per_second.value_or(host.ticks_per_second);
    host.memory = wire::parse_memory_total(reader.read_or_empty("/proc/meminfo")).value_or(Bytes{});
    host.buffer_pages =
        wire::parse_buffer_pages(reader.read_or_empty("/proc/zoneinfo")).value_or(Pages{});
  }
  const auto stat = reader.read_or_empty("/proc/stat");
  const auto times = wire::parse_cpu_times(stat).value_or(wire::CpuTimes{});
  cpus = wire::parse_cpu_ticks(stat);
  host.cpus = times.cpus;
  host.cpu_busy = times.busy;
  host.cpu_total = times.total;
  return host;
}

std::vector<std::string> read_tuners(FileReader& reader) {
  std::vector<std::string> tuners;
  const auto folders = reader.files().list_first("/proc", max_processes);
  if (!folders.ok()) return tuners;
  std::vector<std::int64_t> pids;
  for (const auto& folder : *folders) {
    if (const auto pid = parse_integer(folder); pid && *pid > 0) pids.push_back(*pid);
  }
  std::sort(pids.begin(), pids.end());
  for (const auto pid : pids) {
    if (tuners.size() == max_tuners) break;
    const auto name = trim(reader.read_or_empty("/proc/" + std::to_string(pid) + "/comm"));
    if (std::find(tuner_names.begin(), tuner_names.end(), name) != tuner_names.end())
      tuners.push_back(std::string(name) + " (" + std::to_string(pid) + ")");
  }
  return tuners;
}

}  // namespace weir::sense
