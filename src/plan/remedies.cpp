#include <algorithm>
#include <array>
#include <string_view>

#include "plan/remedy.h"

namespace weir::plan {
namespace {

struct Entry {
  std::string_view id;
  Remedy remedy;
};

/// Findings that a setting of this host can cure. The others have a remedy in words, which is their
/// own.
constexpr std::array remedies{
    Entry{"link.rx-drops", cure_ring},
    Entry{"syn-queue.overflow", cure_syn_queue},
    Entry{"syn-queue.flood", cure_syn_queue},
    Entry{"syn-queue.reserve-drops", cure_syn_queue},
    Entry{"accept-queue.app-backlog", cure_accept_queue},
    Entry{"accept-queue.somaxconn", cure_accept_queue},
    Entry{"accept-queue.slow-application", cure_accept_queue},
    Entry{"accept-queue.not-accepting", cure_accept_queue},
    Entry{"neighbour.table-full", cure_neighbours},
    Entry{"buffers.tcp-memory-pressure", cure_tcp_memory},
    Entry{"buffers.receive-limited", cure_receive_limit},
    Entry{"buffers.send-limited", cure_send_limit},
    Entry{"transmission.mtu-blackhole", cure_mtu_blackhole},
    Entry{"close.fin-wait-2-pileup", cure_fin_wait_2},
    Entry{"close.orphan-limit", cure_orphans},
    Entry{"time-wait.overflow", cure_time_wait},
    Entry{"connect.ports-exhausted", cure_ports},
    Entry{"host.conntrack-full", cure_conntrack},
    Entry{"host.softirq-drops", cure_softirq},
    Entry{"host.softirq-squeezed", cure_softirq},
    Entry{"host.softirq-one-cpu", cure_one_cpu},
    Entry{"host.file-limit", cure_files},
    Entry{"host.setting-harmful", cure_setting},
    Entry{"host.setting-lowers-default", cure_setting},
};

}  // namespace

Remedy find_remedy(const std::string& finding_id) {
  const auto found = std::find_if(remedies.begin(), remedies.end(),
                                  [&](const Entry& entry) { return entry.id == finding_id; });
  return found == remedies.end() ? nullptr : found->remedy;
}

}  // namespace weir::plan
