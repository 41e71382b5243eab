#include <algorithm>

#include "base/integers.h"
#include "model/settings.h"
#include "plan/formula/buffers.h"
#include "plan/formula/memory.h"
#include "plan/formula/retries.h"
#include "plan/size_draft.h"

namespace weir::plan {

namespace {

constexpr const char* per_connection = "bit/s per connection";

std::string flow_text(const SizingDraft& draft, Bytes window) {
  return show(draft.loads.flow) + " x " + show(draft.goal.round_trip) + " / 8 = " + show(window) +
         " in flight";
}

/// One of the two buffers of a connection.
struct BufferKind {
  const char* name;
  const char* sysctl;
  Bytes needed;
  std::string factor;
};

/// Adds the need, and the setting with a new third number. `rate_of` gives the rate that a buffer
/// allows.
template <class RateOf>
void size_one_buffer(SizingDraft& draft, const BufferKind& kind, Bytes window,
                     const RateOf& rate_of) {
  const auto present = host_numbers(draft.host, kind.sysctl);
  const Bytes bound = formula::compute_buffer_bound(draft.host.memory);
  SizingNeed need;
  need.stage = Stage::buffers;
  need.name = kind.name;
  need.unit = "bytes";
  need.needed = kind.needed.count;
  need.load = per_connection;
  need.wanted = draft.loads.flow.count;
  need.formula = flow_text(draft, window) + ", " + kind.factor + " = " + show(kind.needed);
  need.remedy =
      "use more parallel connections; weir gives one connection at most 1/128 of the memory";
  if (present.size() == 3) {
    need.available = present[2];
    need.breaks_at = rate_of(Bytes{present[2]}).count;
    need.movable_to = draft.host.memory.count > 0
                          ? rate_of(std::max(bound, Bytes{present[2]})).count
                          : need.breaks_at;
  }
  if (present.size() == 3 && kind.needed.count > present[2]) {
    const Bytes wanted = std::max(formula::round_buffer(kind.needed, bound), Bytes{present[2]});
    want_sysctl(draft, kind.sysctl,
                show(present[0]) + " " + show(present[1]) + " " + show(wanted.count),
                "one connection has to reach " + show(draft.loads.flow),
                need.formula + ", rounded up to a power of two, at most " + show(bound) +
                    " (memory / 128) = " + show(wanted),
                "each slow peer can hold that much memory");
  }
  draft.needs.push_back(need);
}

void size_socket_buffers(SizingDraft& draft) {
  const Bytes window =
      formula::compute_bandwidth_delay_product(draft.loads.flow, draft.goal.round_trip);
  const Nanoseconds round_trip = draft.goal.round_trip;
  const formula::ReceiveAccounting accounting{
      draft.host.kernel,
      find_setting(draft.host.sysctls, "net.ipv4.tcp_adv_win_scale").value_or(1)};
  const auto congestion = formula::congestion_of(
      find_sysctl_value(draft.host.sysctls, "net.ipv4.tcp_congestion_control").value_or(""));
  size_one_buffer(
      draft,
      {"receive buffer", "net.ipv4.tcp_rmem", formula::compute_receive_buffer(window, accounting),
       "by the kernel's accounting of a window"},
      window, [&](Bytes buffer) {
        return formula::compute_rate_of_window(formula::compute_receive_window(buffer, accounting),
                                               round_trip);
      });
  size_one_buffer(
      draft,
      {"send buffer", "net.ipv4.tcp_wmem", formula::compute_send_buffer(window, congestion),
       congestion == formula::Congestion::bbr ? "x 3 with BBR" : "x 2 for recovery and refill"},
      window, [&](Bytes buffer) {
        return formula::compute_rate_of_window(formula::compute_send_window(buffer, congestion),
                                               round_trip);
      });
}

/// The number of connections whose active share fills this many bytes.
std::int64_t connections_of(const SizingDraft& draft, Bytes memory) {
  const std::int64_t active = formula::compute_fitting(memory, draft.loads.active_buffers);
  const std::int64_t share = 1000 - draft.goal.idle_permille;
  return share <= 0 ? INT64_MAX : saturated_ratio(active, 1000, share);
}

void size_tcp_memory(SizingDraft& draft) {
  const Bytes page = draft.host.page_size;
  const Bytes load = formula::compute_memory(draft.loads.active, draft.loads.active_buffers);
  const auto present = host_numbers(draft.host, "net.ipv4.tcp_mem");
  SizingNeed need;
  need.stage = Stage::buffers;
  need.name = "TCP memory";
  need.unit = "pages";
  need.needed = formula::compute_pages(load, page).count;
  need.load = "connections";
  need.wanted = draft.goal.connections;
  need.formula = show(draft.loads.active) + " active x " + show(draft.loads.active_buffers) +
                 " (twice what is in flight, " + show(draft.loads.in_flight) +
                 ", or the first send buffer) / " + show(page) + " a page";
  need.remedy = "add memory, or let fewer connections transfer at a time";
  if (present.size() == 3) {
    need.available = present[1];
    const Bytes held{saturated_product(present[1], page.count)};
    need.breaks_at = connections_of(draft, held);
    need.movable_to =
        draft.host.memory.count > 0
            ? connections_of(draft,
                             std::max(formula::compute_tcp_mem_bound(draft.host.memory), held))
            : need.breaks_at;
  }
  if (present.size() == 3 && need.needed > present[1] && draft.host.memory.count > 0) {
    const auto wanted = formula::compute_tcp_mem_for(load, draft.host.memory, page,
                                                     {{present[0]}, {present[1]}, {present[2]}});
    want_sysctl(
        draft, "net.ipv4.tcp_mem",
        show(wanted.low.count) + " " + show(wanted.pressure.count) + " " + show(wanted.high.count),
        "the buffers of all connections stay below the pressure threshold",
        need.formula + ", a quarter more, high at most a quarter of the memory",
        "the kernel cannot swap out the memory that TCP holds");
  }
  draft.needs.push_back(need);
}

void size_window(SizingDraft& draft) {
  SizingNeed need;
  need.stage = Stage::transmission;
  need.name = "TCP window";
  need.unit = "bytes";
  need.needed =
      formula::compute_bandwidth_delay_product(draft.loads.flow, draft.goal.round_trip).count;
  need.available = formula::largest_window.count;
  need.load = per_connection;
  need.wanted = draft.loads.flow.count;
  need.breaks_at =
      formula::compute_rate_of_window(formula::largest_window, draft.goal.round_trip).count;
  need.movable_to = need.breaks_at;
  need.formula = flow_text(draft, Bytes{need.needed}) +
                 "; TCP announces 65535 x 2^14 = " + show(formula::largest_window) + " at most";
  need.remedy = "use more parallel connections";
  draft.needs.push_back(need);
}

void size_keepalive(SizingDraft& draft) {
  formula::Keepalive keepalive;
  if (const auto time = find_setting(draft.host.sysctls, "net.ipv4.tcp_keepalive_time"))
    keepalive.time = {saturated_product(*time, nanoseconds_per_second)};
  if (const auto interval = find_setting(draft.host.sysctls, "net.ipv4.tcp_keepalive_intvl"))
    keepalive.interval = {saturated_product(*interval, nanoseconds_per_second)};
  if (const auto probes = find_setting(draft.host.sysctls, "net.ipv4.tcp_keepalive_probes"))
    keepalive.probes = *probes;
  SizingNeed need;
  need.stage = Stage::idle;
  need.name = "keepalive probes";
  need.unit = "packets/s";
  need.needed = formula::compute_probe_rate(draft.loads.idle, keepalive.time).count;
  need.load = "connections";
  need.wanted = draft.goal.connections;
  need.formula = show(draft.loads.idle) + " idle / " + show(keepalive.time) +
                 ", for connections with SO_KEEPALIVE; the kernel notices a dead peer after " +
                 show(formula::compute_detection_time(keepalive)) + " (" + show(keepalive.time) +
                 " + " + show(keepalive.probes) + " probes of " + show(keepalive.interval) + ")";
  draft.needs.push_back(need);
}

}  // namespace

void size_buffers(SizingDraft& draft) {
  size_socket_buffers(draft);
  size_tcp_memory(draft);
  size_window(draft);
  size_keepalive(draft);
}

}  // namespace weir::plan
