#include <algorithm>

#include "base/integers.h"
#include "model/settings.h"
#include "plan/formula/processing.h"
#include "plan/formula/queues.h"
#include "plan/formula/retries.h"
#include "plan/size_draft.h"

namespace weir::plan {

namespace {

constexpr const char* somaxconn = "net.core.somaxconn";

void size_link(SizingDraft& draft) {
  SizingNeed need;
  need.stage = Stage::link;
  need.name = "link";
  need.resource = draft.host.link;
  need.unit = "bit/s";
  need.needed = formula::compute_wire_rate(draft.goal.bandwidth).count;
  need.load = "bit/s";
  need.wanted = draft.goal.bandwidth.count;
  if (draft.host.link_speed) {
    need.available = draft.host.link_speed->count;
    need.breaks_at =
        saturated_ratio(draft.host.link_speed->count, formula::segment.count, formula::frame.count);
    need.movable_to = need.breaks_at;
  }
  need.formula = show(draft.goal.bandwidth) + " of payload x " + show(formula::frame.count) +
                 " / " + show(formula::segment.count) + " bytes of a full frame";
  need.remedy = "use a faster link, or several links in a bond";
  draft.needs.push_back(need);
}

void size_neighbours(SizingDraft& draft) {
  if (draft.goal.upstreams <= 0) return;
  constexpr const char* name = "net.ipv4.neigh.default.gc_thresh3";
  SizingNeed need;
  need.stage = Stage::neighbour;
  need.name = "neighbour table";
  need.unit = "entries";
  need.needed = saturated_sum(draft.goal.upstreams, 1);
  need.available = find_setting(draft.host.sysctls, name);
  need.load = "upstreams on this link";
  need.wanted = draft.goal.upstreams;
  if (need.available)
    need.breaks_at = std::max<std::int64_t>(saturated_difference(*need.available, 1), 0);
  need.formula = show(draft.goal.upstreams) + " upstreams, if all are on this link, + 1 gateway";
  need.remedy = std::string("raise ") + name;
  if (need.available && need.needed > *need.available) {
    const std::int64_t wanted = round_up_to_power_of_two(saturated_product(need.needed, 2));
    want_sysctl(draft, name, show(wanted), "every upstream on this link needs an entry",
                "2 x " + show(need.needed) + ", rounded up to a power of two",
                "about half a KiB of memory an entry");
  }
  draft.needs.push_back(need);
}

/// The limit of both queues of the listener: its own backlog. If no listener is named: the largest
/// backlog that listen() can get.
std::optional<std::int64_t> queue_limit(const SizingHost& host) {
  if (host.backlog) return host.backlog;
  return find_setting(host.sysctls, somaxconn);
}

void want_backlog(SizingDraft& draft, std::int64_t backlog, const std::string& reason,
                  const std::string& formula) {
  const std::string risk =
      "if the application falls behind, clients wait longer instead of being refused";
  const auto ceiling = find_setting(draft.host.sysctls, somaxconn);
  if (!ceiling || *ceiling < backlog)
    want_sysctl(draft, somaxconn, show(backlog), reason, formula, risk);
  const auto present = draft.host.backlog;
  if (present && *present >= backlog) return;
  const std::string name = draft.host.listener.empty() ? "backlog that the server gives to listen()"
                                                       : "backlog of " + draft.host.listener;
  want_setting(draft, {StepKind::listener, name, present ? show(*present) : "", show(backlog),
                       reason + "; somaxconn alone does not change a server that asks for less",
                       formula, risk});
}

void size_syn_queue(SizingDraft& draft) {
  formula::Handshakes handshakes{
      draft.goal.rate, draft.goal.round_trip, lost_ppm, 0,
      find_setting(draft.host.sysctls, "net.ipv4.tcp_synack_retries").value_or(5)};
  const Nanoseconds time = formula::compute_handshake_time(handshakes);
  SizingNeed need;
  need.stage = Stage::syn_queue;
  need.name = "SYN queue";
  need.resource = draft.host.listener;
  need.unit = "requests";
  need.needed = formula::compute_half_open(handshakes);
  need.available = queue_limit(draft.host);
  need.load = "connections/s";
  need.wanted = draft.goal.rate.count;
  if (need.available)
    need.breaks_at = formula::compute_rate_of_backlog(*need.available, time).count;
  need.movable_to = formula::compute_rate_of_backlog(formula::largest_backlog, time).count;
  need.formula = show(draft.goal.rate.count) + "/s x (" + show(draft.goal.round_trip) +
                 " + 1 % x 1 s for lost segments) = " + show(need.needed) +
                 "; a client that never answers stays " +
                 show(formula::compute_syn_time(handshakes.synack_retries));
  need.remedy = "set a longer backlog; SYN cookies answer the requests beyond it";
  if (need.available && need.needed > *need.available) {
    const std::int64_t backlog = formula::compute_backlog_for(need.needed);
    want_backlog(draft, backlog, "half-open connections wait for a round trip",
                 need.formula + ", rounded up to a power of two = " + show(backlog));
  }
  draft.needs.push_back(need);
}

void size_accept_queue(SizingDraft& draft) {
  const std::int64_t waiting = formula::compute_waiting(draft.goal.rate, draft.goal.pause);
  SizingNeed need;
  need.stage = Stage::accept_queue;
  need.name = "accept queue";
  need.resource = draft.host.listener;
  need.unit = "connections";
  need.needed = waiting;
  need.available = queue_limit(draft.host);
  need.load = "connections/s";
  need.wanted = draft.goal.rate.count;
  if (need.available)
    need.breaks_at = formula::compute_rate_of_backlog(*need.available, draft.goal.pause).count;
  need.movable_to =
      formula::compute_rate_of_backlog(formula::largest_backlog, draft.goal.pause).count;
  need.formula = show(draft.goal.rate.count) + "/s x " + show(draft.goal.pause) +
                 " without accept() = " + show(waiting);
  need.remedy =
      "use several listeners with SO_REUSEPORT, or shorten the application's pauses (--pause)";
  if (need.available && waiting > saturated_sum(*need.available, 1)) {
    const std::int64_t backlog = formula::compute_backlog_for(waiting);
    want_backlog(draft, backlog, "connections wait while the application does something else",
                 need.formula + ", rounded up to a power of two, at most " +
                     show(formula::largest_backlog) + " = " + show(backlog));
  }
  draft.needs.push_back(need);
}

}  // namespace

void size_queues(SizingDraft& draft) {
  size_link(draft);
  size_neighbours(draft);
  size_syn_queue(draft);
  size_accept_queue(draft);
}

}  // namespace weir::plan
