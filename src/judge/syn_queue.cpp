#include "judge/syn_queue.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/share.h"
#include "judge/look_back.h"
#include "judge/syn_flood.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

constexpr const char* cookies_counter = "TcpExt.TCPReqQFullDoCookies";
constexpr const char* full_drops_counter = "TcpExt.TCPReqQFullDrop";
constexpr const char* drops_counter = "TcpExt.ListenDrops";

/// The counters are sums over the CPUs, which are read one after the other. A difference of this
/// size comes from the reading.
constexpr std::int64_t reading_slack_divisor = 20;
constexpr std::int64_t reading_slack_least = 2;
/// The reserve is the last quarter of tcp_max_syn_backlog (tcp_conn_request(): max_syn_backlog -
/// queue < max_syn_backlog >> 2). Samples miss a peak, so half of that level is enough.
constexpr double reserve_seen_share = 0.75 / 2;
/// From this rate of SYNs that met a full SYN queue, a flood may hide behind a slow application. A
/// slower attack would not count as one for another listener either.
constexpr double hidden_per_second = 20;

std::string number(std::int64_t value) { return std::to_string(value); }

std::map<std::string, std::string> collect_request_facts(const Window& window,
                                                         const RequestView* view,
                                                         const SynCounters& counters,
                                                         double unanswered) {
  const std::string command =
      view == nullptr ? std::string() : listener_command(window, *view->listener);
  const auto max_syn_backlog = find_setting(window.end().settings, "net.ipv4.tcp_max_syn_backlog");
  const auto dropped = saturated_sum(counters.full_drops, counters.other_drops);
  return {
      {"listener", view == nullptr ? "one of the listeners" : listener_name(*view->listener)},
      {"process", command.empty() ? "the server" : command},
      {"backlog", view == nullptr ? "an unknown number" : number(view->limit)},
      {"half_open", view == nullptr ? "an unknown number of" : number(view->peak)},
      {"stale", view == nullptr ? "an unknown number"
                                : number(std::max(view->stale_peak, view->stale.value_or(0)))},
      {"unanswered_per_second", decimal(unanswered, 0)},
      {"completed_per_second", decimal(rate_or_zero(window, counters.completed), 0)},
      {"dropped_per_second", decimal(rate_or_zero(window, dropped), dropped < 10 ? 1 : 0)},
      {"max_syn_backlog", max_syn_backlog ? number(*max_syn_backlog) : "its current value"},
  };
}

Resource resource_of(const Window& window, const RequestView* view) {
  if (view != nullptr) return listener_resource(window, *view->listener, view->group_size);
  Resource resource;
  resource.kind = "host";
  resource.name = "SYN queues";
  resource.netns = window.end().provenance.place.netns;
  return resource;
}

void add_queue(Finding& finding, const RequestView& view) {
  finding.evidence.push_back(stands_at("sock_diag", "SYN_RECV peak", number(view.peak)));
  if (view.half_open)
    finding.evidence.push_back(stands_at("sock_diag", "SYN_RECV now", number(*view.half_open)));
  if (view.stale)
    finding.evidence.push_back(
        stands_at("sock_diag", "SYN_RECV whose SYN-ACK was sent again", number(*view.stale)));
  finding.evidence.push_back(stands_at("sock_diag", "sk_max_ack_backlog", number(view.limit)));
}

Finding complete_request_finding(const Window& window, const RequestView* view,
                                 const SynCounters& counters, Finding finding) {
  finding.resource = resource_of(window, view);
  // The queue comes first, because no counter shows a slow flood.
  if (view != nullptr) add_queue(finding, *view);
  add_counters(window, finding,
               {cookies_counter, full_drops_counter, "TcpExt.SyncookiesSent",
                "TcpExt.SyncookiesRecv", drops_counter});
  add_counters(window, finding, {"TcpExt.ListenOverflows", "Tcp.PassiveOpens"});
  add_settings(window, finding, {"net.ipv4.tcp_syncookies", "net.ipv4.tcp_max_syn_backlog"});
  if (counters.mode == CookieMode::off) add_settings(window, finding, {"net.core.somaxconn"});
  return finding;
}

Finding compose_flood(const Window& window, const RequestView* view, const SynCounters& counters,
                      const FloodView& flood) {
  const bool begins = flood.suspicion == Suspicion::beginning;
  const auto dropped = saturated_sum(counters.full_drops, counters.other_drops);
  const bool refuses = counters.mode == CookieMode::off && dropped > 0;
  const char* variant = begins ? "beginning" : refuses ? "refused" : "";
  Finding finding =
      make_finding(ids::syn_queue_flood, variant, begins ? Severity::warning : Severity::critical,
                   collect_request_facts(window, view, counters, flood.unanswered_per_second));
  if (refuses) finding.lost_per_second = rate_or_zero(window, dropped);
  return complete_request_finding(window, view, counters, std::move(finding));
}

std::vector<Finding> judge_floods(const Window& window, const std::vector<RequestView>& requests,
                                  const SynCounters& counters) {
  std::vector<std::pair<const RequestView*, FloodView>> flooded;
  for (const auto& view : requests) {
    const FloodView flood = suspect_flood(view, counters);
    if (flood.suspicion != Suspicion::none) flooded.emplace_back(&view, flood);
  }
  // If a listener's accept queue is full, only the namespace's counters count. A flood of another
  // listener explains those.
  const bool explained = std::any_of(flooded.begin(), flooded.end(), [](const auto& one) {
    return one.second.suspicion == Suspicion::flood && !one.first->accept_full;
  });
  std::vector<Finding> findings;
  for (const auto& [view, flood] : flooded) {
    if (!explained || !view->accept_full)
      findings.push_back(compose_flood(window, view, counters, flood));
  }
  // The counters belong to the namespace. Their loss is one number, whichever listeners are
  // attacked.
  for (std::size_t i = 1; i < findings.size(); ++i) findings[i].lost_per_second = 0;
  const bool unread = std::all_of(requests.begin(), requests.end(),
                                  [](const RequestView& view) { return !view.half_open; });
  if (!findings.empty() || (counters.mode != CookieMode::always && !unread)) return findings;
  const FloodView flood = suspect_cookies(counters);
  if (flood.suspicion != Suspicion::none)
    findings.push_back(compose_flood(window, nullptr, counters, flood));
  return findings;
}

double fill_of(const RequestView& view) { return share_of(view.peak, view.limit); }

/// The listener whose queue was full: the fullest one, if it was seen full, or the only listener.
const RequestView* find_full(const std::vector<RequestView>& requests) {
  const auto fullest = std::max_element(
      requests.begin(), requests.end(),
      [](const RequestView& a, const RequestView& b) { return fill_of(a) < fill_of(b); });
  if (fullest == requests.end() || (!was_full(*fullest) && requests.size() > 1)) return nullptr;
  return &*fullest;
}

std::optional<Finding> judge_overflow(const Window& window,
                                      const std::vector<RequestView>& requests,
                                      const SynCounters& counters) {
  const bool absorbed = counters.full_drops == 0;
  // With a cookie for every SYN this counter says nothing about the queue.
  if (absorbed && (counters.cookies == 0 || counters.mode == CookieMode::always))
    return std::nullopt;
  const RequestView* view = find_full(requests);
  Finding finding = make_finding(ids::syn_queue_overflow, absorbed ? "absorbed" : "",
                                 absorbed ? Severity::notice : Severity::critical,
                                 collect_request_facts(window, view, counters, 0));
  finding.lost_per_second = rate_or_zero(window, counters.full_drops);
  return complete_request_finding(window, view, counters, std::move(finding));
}

/// The listener whose requests reached the reserve; null if none was seen to.
const RequestView* find_reserve_user(const std::vector<RequestView>& requests,
                                     std::int64_t max_syn_backlog) {
  const auto longest =
      std::max_element(requests.begin(), requests.end(),
                       [](const RequestView& a, const RequestView& b) { return a.peak < b.peak; });
  if (longest == requests.end() || static_cast<double>(longest->peak) <
                                       reserve_seen_share * static_cast<double>(max_syn_backlog))
    return nullptr;
  return &*longest;
}

bool is_reading_slack(std::int64_t drops, std::int64_t of) {
  return drops < reading_slack_least || drops <= of / reading_slack_divisor;
}

std::optional<Finding> judge_reserve(const Window& window, const std::vector<RequestView>& requests,
                                     const SynCounters& counters) {
  if (counters.mode != CookieMode::off ||
      is_reading_slack(counters.other_drops, counter_delta(window, drops_counter).value_or(0)))
    return std::nullopt;
  const auto max_syn_backlog = find_setting(window.end().settings, "net.ipv4.tcp_max_syn_backlog");
  if (!max_syn_backlog) return std::nullopt;
  const RequestView* view = find_reserve_user(requests, *max_syn_backlog);
  const bool unread = std::all_of(requests.begin(), requests.end(),
                                  [](const RequestView& one) { return !one.half_open; });
  // If the queue is short, the drops have another cause: no memory, or a security module.
  if (view == nullptr && !unread) return std::nullopt;
  Finding finding = make_finding(ids::syn_queue_reserve_drops, "", Severity::critical,
                                 collect_request_facts(window, view, counters, 0));
  finding.lost_per_second = rate_or_zero(window, counters.other_drops);
  return complete_request_finding(window, view, counters, std::move(finding));
}

/// Whether there are more young requests than completed handshakes in the whole window.
bool is_unsure(const RequestView& view, const SynCounters& counters) {
  const auto young = saturated_difference(view.half_open.value_or(0), view.stale.value_or(0));
  return young >= stale_least && young > counters.completed && !view.accept_full;
}

/// Whether a flood may be hidden. Clients of a slow application send their SYNs again, and its full
/// accept queue drops their ACKs. So its SYN queue is full with and without a flood.
bool hides_a_flood(const RequestView& view, const SynCounters& counters) {
  return view.accept_full && was_full(view) && counters.seconds > 0 &&
         static_cast<double>(saturated_sum(counters.cookies, counters.full_drops)) /
                 counters.seconds >=
             hidden_per_second;
}

}  // namespace

std::vector<Finding> judge_syn_queues(const Case& given) {
  const SynCounters counters = count_syns(given.window);
  std::vector<Finding> findings = judge_floods(given.window, given.requests, counters);
  if (findings.empty()) {
    auto overflow = judge_overflow(given.window, given.requests, counters);
    if (overflow) findings.push_back(*std::move(overflow));
    auto reserve = judge_reserve(given.window, given.requests, counters);
    if (reserve) findings.push_back(*std::move(reserve));
  }
  auto before = look_back(given.window, ids::syn_queue_overflow,
                          {loss_counter(given.window, full_drops_counter)});
  if (before) findings.push_back(*std::move(before));
  return findings;
}

std::vector<NotSeen> list_unsure_requests(const Case& given) {
  const SynCounters counters = count_syns(given.window);
  std::vector<NotSeen> all;
  for (const auto& view : given.requests) {
    if (suspect_flood(view, counters).suspicion != Suspicion::none) continue;
    if (!view.stale && view.half_open.value_or(0) >= stale_least) {
      all.push_back({Subject::half_open_ages,
                     "how many of the " + number(*view.half_open) + " half-open requests of " +
                         listener_name(*view.listener) + " wait for over a second",
                     "weir did not read the retransmissions of their SYN-ACKs"});
    } else if (hides_a_flood(view, counters)) {
      all.push_back(
          {Subject::half_open_ages,
           "whether all SYNs that fill the queue of " + listener_name(*view.listener) +
               " come from real clients",
           "its accept queue is full, so clients that try again look like forged SYNs; check again when the application accepts"});
    } else if (is_unsure(view, counters)) {
      all.push_back({Subject::half_open_ages,
                     "whether the " + number(*view.half_open) + " half-open requests of " +
                         listener_name(*view.listener) + " will be answered",
                     "nearly all requests came within the window's last second"});
    }
  }
  return all;
}

}  // namespace weir::judge
