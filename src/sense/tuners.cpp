#include "sense/tuners.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "base/text.h"

namespace weir::sense {
namespace {

// Reading one name takes about 5 µs. Services start early, so they have low numbers if the kernel
// assigns numbers in order.
constexpr std::size_t max_processes = 2048;
constexpr std::size_t max_tuners = 16;

/// Names as in /proc/PID/comm, which has at most 15 bytes. Programs that write network parameters,
/// queues or interrupt affinity while they run. Not programs that write once at boot
/// (systemd-sysctl) or only set up an interface (NetworkManager).
constexpr std::array<std::string_view, 10> names{
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
    if (std::find(names.begin(), names.end(), name) != names.end())
      tuners.push_back(std::string(name) + " (" + std::to_string(pid) + ")");
  }
  return tuners;
}

}  // namespace weir::sense
