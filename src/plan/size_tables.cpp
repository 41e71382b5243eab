#include <algorithm>

#include "base/integers.h"
#include "base/tcp_times.h"
#include "model/port_reuse.h"
#include "model/settings.h"
#include "plan/formula/memory.h"
#include "plan/formula/ports.h"
#include "plan/formula/retries.h"
#include "plan/formula/tables.h"
#include "plan/size_draft.h"

namespace weir::plan {

namespace {

/// A table that connections enter at a rate and leave after a time.
struct Lingering {
  Stage stage;
  const char* name;
  const char* sysctl;
  /// entries a second: from the goal's connections and, if this side closes them, from those to
  /// upstreams
  PerSecond entered;
  Nanoseconds stay;  ///< mean time in the table
  std::string formula;
  std::string remedy;
  std::string reason;
  std::string risk;
};

void size_lingering(SizingDraft& draft, const Lingering& table) {
  SizingNeed need;
  need.stage = table.stage;
  need.name = table.name;
  need.unit = "sockets";
  need.needed = formula::compute_lingering(table.entered, table.stay);
  need.available = find_setting(draft.host.sysctls, table.sysctl);
  need.load = "connections/s";
  need.wanted = draft.goal.rate.count;
  const auto rate_of = [&](std::int64_t size) {
    return saturated_ratio(formula::compute_rate_of_table(size, table.stay).count,
                           draft.goal.rate.count, table.entered.count);
  };
  if (need.available) need.breaks_at = rate_of(*need.available);
  need.movable_to = rate_of(formula::largest_table);
  need.formula = show(table.entered.count) + "/s x " + table.formula + " = " + show(need.needed);
  need.remedy = table.remedy;
  if (need.available && need.needed > *need.available) {
    const std::int64_t wanted = formula::compute_table_limit(need.needed, *need.available);
    want_sysctl(draft, table.sysctl, show(wanted), table.reason, need.formula + ", a quarter more",
                table.risk);
  }
  draft.needs.push_back(need);
}

/// The value 0 of tcp_orphan_retries means 8 while the peer may be alive (net/ipv4/tcp_timer.c
/// tcp_orphan_retries()).
std::int64_t orphan_retries(const SizingHost& host) {
  const std::int64_t set = find_setting(host.sysctls, "net.ipv4.tcp_orphan_retries").value_or(0);
  return set > 0 ? set : 8;
}

void size_orphans(SizingDraft& draft) {
  const Nanoseconds gone = formula::compute_retransmission_time(orphan_retries(draft.host));
  const Nanoseconds stay{
      saturated_sum(draft.goal.round_trip.count,
                    saturated_ratio_up(gone.count, vanished_ppm, parts_per_million))};
  size_lingering(
      draft, {Stage::close, "orphans", "net.ipv4.tcp_max_orphans", draft.goal.rate, stay,
              "(" + show(draft.goal.round_trip) + " for the FIN's answer + 0.1 % x " + show(gone) +
                  " where the client vanished)",
              "close connections when the client has closed, and look for clients that vanish",
              "sockets that still wait for the answer to their FIN belong to no process",
              "each orphan can hold 64 KiB of memory that the kernel cannot swap out"});
}

void size_time_wait(SizingDraft& draft) {
  // Orphans in FIN_WAIT_2 become small sockets of the same table if tcp_fin_timeout is at most 60 s
  // (net/ipv4/tcp.c __tcp_close()).
  const Nanoseconds fin{
      saturated_product(find_setting(draft.host.sysctls, "net.ipv4.tcp_fin_timeout").value_or(60),
                        nanoseconds_per_second)};
  const Nanoseconds stay{saturated_sum(
      time_wait_length.count, saturated_ratio_up(fin.count, vanished_ppm, parts_per_million))};
  size_lingering(
      draft,
      {Stage::time_wait, "TIME_WAIT", "net.ipv4.tcp_max_tw_buckets", opened_connections(draft),
       stay, "(60 s, if this side closes first, + 0.1 % x " + show(fin) + " in FIN_WAIT_2)",
       "let clients close first, or keep connections for several requests",
       "above this number sockets skip TIME_WAIT, and late segments can reach new connections",
       show(formula::time_wait_connection) + " each"});
}

/// The lowest port that a range may have. It is above the ports below the present range on which
/// this host listens, and not a privileged port.
std::int64_t lowest_port(const SizingHost& host) {
  const std::int64_t unprivileged =
      find_setting(host.sysctls, "net.ipv4.ip_unprivileged_port_start").value_or(1024);
  return std::max<std::int64_t>({unprivileged, host.highest_below + 1, 1024});
}

void want_ports(SizingDraft& draft, const SizingNeed& need, formula::PortRange range,
                bool may_reuse, bool reuses, std::int64_t needed_reusing) {
  if (!reuses && may_reuse) {
    const std::string delay = show(find_reuse_delay(draft.host.sysctls));
    want_sysctl(draft, "net.ipv4.tcp_tw_reuse", "1",
                "a port in TIME_WAIT towards an upstream is free again after " + delay +
                    " instead of " + show(time_wait_length),
                need.formula + "; with reuse after " + delay + " " + show(needed_reusing),
                "none known with timestamps, by which the receiver recognises old segments");
  }
  const std::int64_t needed = may_reuse ? needed_reusing : need.needed;
  const auto wide = formula::widen_port_range(range, needed, lowest_port(draft.host));
  if (!(wide == range)) {
    want_sysctl(draft, "net.ipv4.ip_local_port_range", show(wide.first) + " " + show(wide.last),
                "the connections to one upstream need this number of local ports",
                show(needed) + " ports, downwards to " + show(lowest_port(draft.host)) +
                    " at most; one end is odd and the other even",
                "a server that starts later cannot listen on a port that is in use");
  }
}

void size_ports(SizingDraft& draft) {
  if (draft.goal.upstreams <= 0) return;
  const auto numbers = host_numbers(draft.host, "net.ipv4.ip_local_port_range");
  const bool known = numbers.size() == 2;
  const formula::PortRange range =
      known ? formula::PortRange{numbers[0], numbers[1]} : formula::PortRange{};
  const bool may_reuse =
      find_setting(draft.host.sysctls, "net.ipv4.tcp_timestamps").value_or(1) != 0;
  const bool reuses =
      may_reuse && find_setting(draft.host.sysctls, "net.ipv4.tcp_tw_reuse").value_or(0) == 1;
  const std::int64_t open = saturated_ratio_up(draft.loads.outgoing, 1, draft.goal.upstreams);
  const Nanoseconds delay = find_reuse_delay(draft.host.sysctls);
  const Nanoseconds hold = formula::compute_port_hold(reuses, delay);
  const auto rate_with = [&](std::int64_t ports, Nanoseconds stay) {
    return saturated_product(formula::compute_rate_of_ports(ports, open, stay).count,
                             draft.goal.upstreams);
  };
  SizingNeed need;
  need.stage = Stage::connect;
  need.name = "local ports";
  need.unit = "ports";
  need.needed = formula::compute_ports_needed(open, draft.loads.outgoing_rate, hold);
  const bool closes = draft.loads.outgoing_rate.count > 0;
  need.load = closes ? "connections/s" : "connections to upstreams";
  need.wanted = closes ? draft.goal.rate.count : draft.loads.outgoing;
  const auto most = formula::widen_port_range(range, 65535, lowest_port(draft.host));
  if (known) {
    need.available = formula::count_ports(range);
    need.breaks_at = closes ? rate_with(*need.available, hold)
                            : saturated_product(*need.available, draft.goal.upstreams);
    const std::int64_t widest = formula::count_ports(most);
    need.movable_to = closes ? rate_with(widest, formula::compute_port_hold(may_reuse, delay))
                             : saturated_product(widest, draft.goal.upstreams);
  }
  need.formula = show(open) + " open + " + show(draft.loads.outgoing_rate.count) +
                 "/s to each of " + show(draft.goal.upstreams) + " x " + show(hold) +
                 (reuses ? " with tcp_tw_reuse" : " in TIME_WAIT") + " = " + show(need.needed);
  const std::int64_t addresses = formula::compute_source_addresses(
      formula::compute_ports_needed(open, draft.loads.outgoing_rate,
                                    formula::compute_port_hold(may_reuse, delay)),
      std::max<std::int64_t>(formula::count_ports(most), 1));
  need.remedy = "keep connections to the upstreams open (--keepalive-upstream)" +
                (addresses > 1 ? ", or spread them over " + show(addresses) + " source addresses"
                               : std::string());
  if (need.available && need.needed > *need.available) {
    want_ports(draft, need, range, may_reuse, reuses,
               formula::compute_ports_needed(open, draft.loads.outgoing_rate, delay));
  }
  draft.needs.push_back(need);
}

}  // namespace

void size_tables(SizingDraft& draft) {
  size_orphans(draft);
  size_time_wait(draft);
  size_ports(draft);
}

}  // namespace weir::plan
