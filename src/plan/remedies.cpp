#include <algorithm>
#include <array>
#include <string_view>

#include "judge/accept_queue.h"
#include "judge/buffers.h"
#include "judge/close.h"
#include "judge/connect.h"
#include "judge/flow_limits.h"
#include "judge/host_conntrack.h"
#include "judge/host_files.h"
#include "judge/host_softirq.h"
#include "judge/link.h"
#include "judge/mtu_blackhole.h"
#include "judge/neighbour.h"
#include "judge/setting_finding.h"
#include "judge/syn_queue.h"
#include "judge/time_wait.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

struct Entry {
  std::string_view id;
  Remedy remedy;
};

/// Findings that a setting of this host can cure. The other findings have only a remedy in words.
constexpr std::array remedies{
    Entry{judge::ids::link_rx_drops, cure_ring},
    Entry{judge::ids::syn_queue_overflow, cure_syn_queue},
    Entry{judge::ids::syn_queue_flood, cure_syn_queue},
    Entry{judge::ids::syn_queue_reserve_drops, cure_syn_queue},
    Entry{judge::ids::accept_queue_app_backlog, cure_accept_queue},
    Entry{judge::ids::accept_queue_somaxconn, cure_accept_queue},
    Entry{judge::ids::accept_queue_slow_application, cure_accept_queue},
    Entry{judge::ids::accept_queue_not_accepting, cure_accept_queue},
    Entry{judge::ids::neighbour_table_full, cure_neighbours},
    Entry{judge::ids::buffers_tcp_memory_pressure, cure_tcp_memory},
    Entry{judge::ids::buffers_receive_limited, cure_receive_limit},
    Entry{judge::ids::buffers_send_limited, cure_send_limit},
    Entry{judge::ids::transmission_mtu_blackhole, cure_mtu_blackhole},
    Entry{judge::ids::close_fin_wait_2_pileup, cure_fin_wait_2},
    Entry{judge::ids::close_orphan_limit, cure_orphans},
    Entry{judge::ids::time_wait_overflow, cure_time_wait},
    Entry{judge::ids::connect_ports_exhausted, cure_ports},
    Entry{judge::ids::host_conntrack_full, cure_conntrack},
    Entry{judge::ids::host_softirq_drops, cure_softirq},
    Entry{judge::ids::host_softirq_squeezed, cure_softirq},
    Entry{judge::ids::host_softirq_one_cpu, cure_one_cpu},
    Entry{judge::ids::host_file_limit, cure_files},
    Entry{judge::ids::host_setting_harmful, cure_setting},
    Entry{judge::ids::host_setting_lowers_default, cure_setting},
};

}  // namespace

Remedy find_remedy(const std::string& finding_id) {
  const auto found = std::find_if(remedies.begin(), remedies.end(),
                                  [&](const Entry& entry) { return entry.id == finding_id; });
  return found == remedies.end() ? nullptr : found->remedy;
}

}  // namespace weir::plan
