#include "judge/syn_flood.h"

#include <algorithm>
#include <cmath>

#include "base/integers.h"
#include "base/number_text.h"

namespace weir::judge {

namespace {

/// Every public address gets unanswered SYNs from scanners. A lower rate is theirs: weir's own
/// threshold.
constexpr double flood_per_second = 20;
/// If unanswered SYNs are fewer than a quarter of the completed handshakes, many clients have a bad
/// path. An attack of that size could do no harm.
constexpr double completed_share = 0.25;
/// Old requests in a full queue dominate from half of the queue on: the kernel keeps the other half
/// for young ones (reqsk_timer_handler()).
constexpr std::int64_t dominant_divisor = 2;
/// In the queue of a very small listener, fewer old requests prove nothing.
constexpr std::int64_t dominant_least = 8;
/// All but lost clients answer a cookie within a round trip. If half of the answers are missing, it
/// is not a burst …
constexpr double missing_share = 0.5;
/// … and if the queue is full of old requests, a tenth is enough.
constexpr double missing_share_beside_stale = 0.1;
/// With a cookie for every SYN there is no other evidence. Half of the answers must be missing, and
/// the rate must be higher than that of scanners.
constexpr double missing_share_alone = 0.5;
constexpr double flood_per_second_alone = 100;
/// Waiting clients do not reach this rate by their retries, while almost no handshake completes.
/// weir's own threshold, from floods of 5,000 and 50,000 a second and slow servers with up to 2,000
/// waiting clients, measured in network namespaces.
constexpr double overwhelming_per_second = 3000;
constexpr double overwhelming_factor = 100;
constexpr double overwhelming_missing_share = 0.95;
/// In a window this long, the second in which a client's answer may still be under way has no
/// weight.
constexpr double long_window_seconds = 300;
/// The kernel sends SYN-ACKs again after 1, 2, 4 … seconds (TCP_TIMEOUT_INIT, doubled). The request
/// ends with the time-out after the last (reqsk_timer_handler()).
constexpr std::int64_t default_synack_retries = 5;
constexpr std::int64_t most_synack_retries = 10;
constexpr double seconds_without_retries = 1;

std::int64_t delta(const Window& window, const char* name) {
  return counter_delta(window, name).value_or(0);
}

CookieMode cookie_mode(const Window& window, std::int64_t full_drops) {
  const auto setting = find_setting(window.end().settings, "net.ipv4.tcp_syncookies");
  if (!setting) return full_drops > 0 ? CookieMode::off : CookieMode::on_full;
  if (*setting == 0) return CookieMode::off;
  return *setting == 2 ? CookieMode::always : CookieMode::on_full;
}

double rate_within(std::int64_t count, const SynCounters& counters) {
  return counters.seconds > 0 ? static_cast<double>(count) / counters.seconds : 0;
}

/// Whether unanswered SYNs at this rate are an attack, compared with the handshakes that complete.
bool is_many(double unanswered, const SynCounters& counters) {
  return unanswered >=
         std::max(flood_per_second, completed_share * rate_within(counters.completed, counters));
}

bool is_overwhelming(std::int64_t refused, const SynCounters& counters) {
  return rate_within(refused, counters) >= overwhelming_per_second &&
         static_cast<double>(refused) >=
             overwhelming_factor *
                 static_cast<double>(std::max<std::int64_t>(counters.completed, 1));
}

double missing(const SynCounters& counters) {
  if (counters.sent <= 0) return 0;
  return std::clamp(
      1.0 - static_cast<double>(counters.received) / static_cast<double>(counters.sent), 0.0, 1.0);
}

/// A lower bound of the requests that were not answered in the window's last stretch. It assumes
/// that all completed handshakes belonged to other requests.
std::int64_t young_unanswered(const RequestView& view, const SynCounters& counters) {
  if (!view.stretch_floor) return 0;
  return saturated_difference(saturated_difference(*view.stretch_floor, counters.completed),
                              counters.deferred);
}

bool is_dominant(std::int64_t unanswered, std::int64_t of) {
  return unanswered > 0 &&
         unanswered >= std::max(std::min(dominant_least, of), of / dominant_divisor);
}

/// Whether old requests are most of what the queue held, without those that the accept queue may
/// have left behind. Under a flood the queue holds more than its limit for a while: twice the limit
/// was measured.
bool is_mostly_stale(const RequestView& view) {
  return is_dominant(saturated_difference(view.stale_peak, view.refused),
                     std::min(view.peak, std::max<std::int64_t>(view.limit, 1)));
}

/// Whether requests that stay unanswered fill the queue, and not a burst that is under way.
bool is_held(const RequestView& view, const SynCounters& counters) {
  if (!was_full(view)) return false;
  return is_mostly_stale(view) || is_dominant(young_unanswered(view, counters), view.limit);
}

/// SYNs a second that the counters of the namespace show as unanswered or dropped. For a queue that
/// was full.
double refused_per_second(const SynCounters& counters) {
  if (counters.mode != CookieMode::off) return unanswered_cookies(counters);
  return rate_within(saturated_sum(counters.full_drops, counters.other_drops), counters);
}

/// Whether the namespace's counters show a flood. With cookies off, the reserve of
/// tcp_max_syn_backlog keeps the queue below its limit: it refuses requests before it is full.
bool is_flooded_by_counters(const RequestView& view, const SynCounters& counters) {
  if (refused_per_second(counters) < flood_per_second) return false;
  if (counters.mode == CookieMode::off) {
    if (!is_many(refused_per_second(counters), counters)) return false;
    return is_held(view, counters) || is_mostly_stale(view);
  }
  if (missing(counters) >= missing_share)
    return is_held(view, counters) || (was_full(view) && counters.seconds >= long_window_seconds);
  return missing(counters) >= missing_share_beside_stale && was_full(view) && is_mostly_stale(view);
}

/// Requests that were not answered for a second. With net.ipv4.tcp_synack_retries=0 no request gets
/// older than that second, and no repeated SYN-ACK marks it. Then the result is the requests that
/// exceed what completes in a second.
std::int64_t count_stale(const RequestView& view, const SynCounters& counters) {
  if (counters.lifetime_seconds > seconds_without_retries) return view.stale.value_or(0);
  const auto answered =
      rate_within(saturated_sum(counters.completed, counters.deferred), counters) *
      counters.lifetime_seconds;
  return counters.seconds > 0
             ? saturated_difference(view.stretch_floor.value_or(0), rounded(answered))
             : 0;
}

/// A lower bound of the arrivals of requests that became old. It is computed from their growth, and
/// from their number while each lives a minute.
double stale_arrivals(const RequestView& view, const SynCounters& counters) {
  const double lasting = std::max(counters.lifetime_seconds, 1.0);
  const double level = static_cast<double>(count_stale(view, counters)) / lasting;
  if (counters.seconds <= 0) return level;
  const auto growth = saturated_difference(view.stale_growth, view.refused);
  return std::max(level, static_cast<double>(growth) / std::min(counters.seconds, lasting));
}

bool is_flooded_by_age(const RequestView& view, const SynCounters& counters) {
  const auto stale = saturated_difference(count_stale(view, counters), view.refused);
  if (stale < stale_least) return false;
  return (view.limit > 0 && stale >= view.limit / dominant_divisor) ||
         is_many(stale_arrivals(view, counters), counters);
}

/// Old requests of a listener whose accept queue is full may belong to clients. But clients answer
/// their cookies, and there are fewer of them.
bool is_flooded_beside_full_accept_queue(const RequestView& view, const SynCounters& counters) {
  if (!was_full(view) || !is_dominant(view.stale_peak, std::min(view.peak, view.limit)))
    return false;
  if (is_overwhelming(std::max(counters.cookies, counters.full_drops), counters)) return true;
  return counters.mode != CookieMode::off && unanswered_cookies(counters) >= flood_per_second &&
         missing(counters) >= missing_share;
}

bool is_beginning(const RequestView& view, const SynCounters& counters) {
  const double growth = static_cast<double>(view.growth) / stretch_seconds;
  return young_unanswered(view, counters) >= stale_least &&
         growth * completed_share >= rate_within(counters.completed, counters) &&
         is_many(growth, counters);
}

bool is_beginning_with_cookies(const RequestView& view, const SynCounters& counters) {
  return was_full(view) && counters.mode == CookieMode::on_full &&
         unanswered_cookies(counters) >= overwhelming_per_second &&
         missing(counters) >= overwhelming_missing_share;
}

}  // namespace

SynCounters count_syns(const Window& window) {
  SynCounters counters;
  counters.seconds = window.start() == nullptr ? 0 : window.seconds();
  counters.completed = delta(window, "Tcp.PassiveOpens");
  counters.cookies = delta(window, "TcpExt.TCPReqQFullDoCookies");
  counters.full_drops = delta(window, "TcpExt.TCPReqQFullDrop");
  counters.sent = delta(window, "TcpExt.SyncookiesSent");
  counters.received = delta(window, "TcpExt.SyncookiesRecv");
  counters.deferred = delta(window, "TcpExt.TCPDeferAcceptDrop");
  counters.mode = cookie_mode(window, counters.full_drops);
  const auto explained =
      saturated_sum(delta(window, "TcpExt.ListenOverflows"), counters.full_drops);
  counters.other_drops = std::max<std::int64_t>(
      saturated_difference(delta(window, "TcpExt.ListenDrops"), explained), 0);
  const auto retries = find_setting(window.end().settings, "net.ipv4.tcp_synack_retries")
                           .value_or(default_synack_retries);
  counters.lifetime_seconds =
      std::exp2(static_cast<double>(std::clamp<std::int64_t>(retries, 0, most_synack_retries)) +
                1) -
      1;
  return counters;
}

double unanswered_cookies(const SynCounters& counters) {
  return rate_within(
      std::max<std::int64_t>(saturated_difference(counters.sent, counters.received), 0), counters);
}

FloodView suspect_flood(const RequestView& view, const SynCounters& counters) {
  FloodView flood;
  const bool by_counters = !view.accept_full && is_flooded_by_counters(view, counters);
  const bool by_age = !view.accept_full && is_flooded_by_age(view, counters);
  // If the accept queue was full for only a moment, it refused SYNs of the flood, too. Then it is
  // not known how few of the old requests it left behind.
  const bool beside = is_flooded_beside_full_accept_queue(view, counters);
  if (by_counters || by_age || beside) {
    flood.suspicion = Suspicion::flood;
    const double refused =
        by_counters || beside
            ? std::max(refused_per_second(counters), rate_within(counters.full_drops, counters))
            : 0;
    flood.unanswered_per_second =
        std::max(refused, view.accept_full ? 0 : stale_arrivals(view, counters));
  } else if (!view.accept_full &&
             (is_beginning(view, counters) || is_beginning_with_cookies(view, counters))) {
    flood.suspicion = Suspicion::beginning;
    flood.unanswered_per_second =
        std::max(static_cast<double>(view.growth) / stretch_seconds, unanswered_cookies(counters));
  }
  return flood;
}

FloodView suspect_cookies(const SynCounters& counters) {
  if (unanswered_cookies(counters) < flood_per_second_alone ||
      missing(counters) < missing_share_alone)
    return {};
  return {Suspicion::flood, unanswered_cookies(counters)};
}

}  // namespace weir::judge
