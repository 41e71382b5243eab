#include "judge/syn_flood.h"

#include <algorithm>
#include <cmath>

#include "base/integers.h"
#include "base/number_text.h"

namespace weir::judge {

namespace {

/// Slower than this, unanswered SYNs are the scanners that every public address meets: weir's own
/// mark.
constexpr double flood_per_second = 20;
/// Unanswered SYNs that are fewer than a quarter of the completed ones are a bad path of many
/// clients rather than an attack that could hurt.
constexpr double completed_share = 0.25;
/// Old requests in a full queue are dominant from half of it on: the kernel keeps the other half
/// for young ones (reqsk_timer_handler()).
constexpr std::int64_t dominant_divisor = 2;
/// In the queue of a very small listener, fewer than this are no evidence.
constexpr std::int64_t dominant_least = 8;
/// Cookies are answered within a round trip by all but lost clients, so that half of them missing
/// is no burst …
constexpr double missing_share = 0.5;
/// … and beside a queue full of old requests, a tenth.
constexpr double missing_share_beside_stale = 0.1;
/// With cookies for every SYN nothing else tells: half of them must be missing, and more than
/// scanners send.
constexpr double missing_share_alone = 0.5;
constexpr double flood_per_second_alone = 100;
/// A rate that no crowd of waiting clients keeps up by its retries while next to nobody gets in:
/// weir's own mark, from floods of 5,000 and 50,000 a second and slow servers with up to 2,000
/// waiting clients, measured in network namespaces.
constexpr double overwhelming_per_second = 3000;
constexpr double overwhelming_factor = 100;
constexpr double overwhelming_missing_share = 0.95;
/// A window this long is long against the second in which an honest answer may still be on its way.
constexpr double long_window_seconds = 300;
/// SYN-ACKs go out after 1, 2, 4 … seconds (TCP_TIMEOUT_INIT, doubled), and the request ends with
/// the time-out after the last (reqsk_timer_handler()).
constexpr std::int64_t default_synack_retries = 5;
constexpr std::int64_t most_synack_retries = 10;
constexpr double seconds_without_retries = 1;

std::int64_t delta(const Window& window, const char* name) {
  return counter_delta(window, name).value_or(0);
}

CookieMode cookie_mode(const Window& window, std::int64_t full_drops) {
  const auto setting = find_setting(window.end(), "net.ipv4.tcp_syncookies");
  if (!setting) return full_drops > 0 ? CookieMode::off : CookieMode::on_full;
  if (*setting == 0) return CookieMode::off;
  return *setting == 2 ? CookieMode::always : CookieMode::on_full;
}

double rate_within(std::int64_t count, const SynCounters& counters) {
  return counters.seconds > 0 ? static_cast<double>(count) / counters.seconds : 0;
}

/// Whether unanswered SYNs at this rate are an attack beside so many handshakes that complete.
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

/// Requests that nobody answered in the window's last stretch, at least: all its completions may
/// have been of other requests.
std::int64_t young_unanswered(const RequestView& view, const SynCounters& counters) {
  if (!view.stretch_floor) return 0;
  return saturated_difference(saturated_difference(*view.stretch_floor, counters.completed),
                              counters.deferred);
}

bool is_dominant(std::int64_t unanswered, std::int64_t of) {
  return unanswered > 0 &&
         unanswered >= std::max(std::min(dominant_least, of), of / dominant_divisor);
}

/// Whether old requests, without those that the accept queue may have left behind, hold most of
/// what the queue held. Under a flood more than the limit are seen for a while: twice as many were
/// measured.
bool is_mostly_stale(const RequestView& view) {
  return is_dominant(saturated_difference(view.stale_peak, view.refused),
                     std::min(view.peak, std::max<std::int64_t>(view.limit, 1)));
}

/// Whether what holds the full queue are requests that stay unanswered, and not a burst on its way.
bool is_held(const RequestView& view, const SynCounters& counters) {
  if (!was_full(view)) return false;
  return is_mostly_stale(view) || is_dominant(young_unanswered(view, counters), view.limit);
}

/// SYNs a second that the counters of the namespace show as unanswered or dropped, for a queue that
/// was full.
double refused_per_second(const SynCounters& counters) {
  if (counters.mode != CookieMode::off) return unanswered_cookies(counters);
  return rate_within(saturated_sum(counters.full_drops, counters.other_drops), counters);
}

/// With cookies off, the reserve of tcp_max_syn_backlog keeps the queue from its limit: then it is
/// full without being at it.
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

/// Requests that nobody answered for a second. With net.ipv4.tcp_synack_retries=0 none grows older
/// than that second, and no SYN-ACK that was sent again marks it: then they are those that all that
/// completes in a second does not account for.
std::int64_t count_stale(const RequestView& view, const SynCounters& counters) {
  if (counters.lifetime_seconds > seconds_without_retries) return view.stale.value_or(0);
  const auto answered =
      rate_within(saturated_sum(counters.completed, counters.deferred), counters) *
      counters.lifetime_seconds;
  return counters.seconds > 0
             ? saturated_difference(view.stretch_floor.value_or(0), rounded(answered))
             : 0;
}

/// Arrivals of requests that grew old, at least: by their growth, and by how many there are while
/// each lives a minute.
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

/// The old requests of a listener whose accept queue stands full may be clients. But those answer
/// their cookies, and they are not so many.
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
  const auto retries =
      find_setting(window.end(), "net.ipv4.tcp_synack_retries").value_or(default_synack_retries);
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
  // An accept queue that was full for a moment only refused SYNs of the flood as well, which hides
  // how few of the old requests it left behind.
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
