#include "judge/close.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/share.h"
#include "judge/close_wait.h"
#include "judge/socket_groups.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Any public server has vanished clients. Fewer sockets that wait for a FIN are normal: weir's own
/// threshold.
constexpr std::int64_t fin_wait_least = 100;
/// The share of sockets in FIN_WAIT2 among all connections that end within tcp_fin_timeout. A tenth
/// means that a tenth of the peers never closes.
constexpr double fin_wait_share = 0.1;
/// TCP_FIN_TIMEOUT (include/net/tcp.h), in seconds.
constexpr std::int64_t default_fin_timeout = 60;
/// Above this share a table is nearly full: weir's own threshold.
constexpr double danger_share = 0.8;
/// The kernel counts an orphan without progress twice, and an orphan whose peer's window is shut
/// four times (tcp_out_of_resources(), net/ipv4/tcp_timer.c). It therefore begins to reset orphans
/// at a quarter of the limit …
constexpr std::int64_t orphan_penalty = 4;
/// … and it certainly resets orphans without progress at half of the limit.
constexpr double orphan_danger_share = 0.5;
/// Used where neither limit can be read (in a namespace other than the first one). From this number
/// on, the number of orphans counts as the reason of resets.
constexpr std::int64_t orphans_many = 1000;
/// Fewer resets a second end only single connections whose clients had already gone.
constexpr double orphan_resets_per_second = 1;

/// Share of the sockets in FIN_WAIT2 at the window's start that still exist at its end. This share
/// remains when peers do not close. If peers close, none remains, because a FIN takes only a round
/// trip.
constexpr double never_closing_share = 0.8;

/// Sockets of one state without an owner, and the place of most of them.
struct Orphans {
  std::int64_t count = 0, lasting = 0, at_start = 0;
  const SocketGroup* largest = nullptr;
};

Orphans sum_orphans(const Window& window, const std::vector<const SocketGroup*>& groups) {
  Orphans sum;
  for (const SocketGroup* group : groups) {
    const auto orphans =
        std::clamp<std::int64_t>(group->orphans, 0, std::max<std::int64_t>(group->count, 0));
    sum.count = saturated_sum(sum.count, orphans);
    sum.lasting = saturated_sum(
        sum.lasting,
        std::clamp<std::int64_t>(
            window.start() == nullptr ? group->older_than_10_s : group->lasting, 0, orphans));
    if (orphans > 0 && (sum.largest == nullptr || orphans > sum.largest->orphans))
      sum.largest = group;
  }
  return sum;
}

std::int64_t count_orphans_at_start(const Window& window, std::string_view state) {
  std::int64_t count = 0;
  if (window.start() == nullptr) return count;
  for (const auto& group : window.start()->sockets.socket_groups) {
    if (group.state == state)
      count = saturated_sum(count, std::max<std::int64_t>(group.orphans, 0));
  }
  return count;
}

std::int64_t find_fin_timeout(const Window& window) {
  return find_setting(window.end().settings, "net.ipv4.tcp_fin_timeout")
      .value_or(default_fin_timeout);
}

/// Whether many of the connections that end here wait for the peer at the end. It is judged by
/// their number, or by how many were added inside the window.
bool is_pileup(const Window& window, const Orphans& orphans) {
  if (orphans.count < fin_wait_least) return false;
  const bool still_there = orphans.lasting >= fin_wait_least &&
                           static_cast<double>(orphans.lasting) >=
                               never_closing_share * static_cast<double>(orphans.at_start);
  if (orphans.lasting < orphans.count / 2 && !still_there) return false;
  const auto opened = saturated_sum(counter_delta(window, "Tcp.PassiveOpens").value_or(0),
                                    counter_delta(window, "Tcp.ActiveOpens").value_or(0));
  const double rate = per_second(window, opened).value_or(0);
  const auto added = saturated_difference(orphans.count, orphans.lasting);
  return static_cast<double>(orphans.count) >=
             fin_wait_share * rate * static_cast<double>(find_fin_timeout(window)) ||
         (still_there &&
          static_cast<double>(added) >= never_closing_share * static_cast<double>(opened));
}

/// While tcp_fin_timeout is at most 60 s, FIN_WAIT2 without an owner is in the TIME_WAIT table
/// (tcp_time_wait(), net/ipv4/tcp_minisocks.c). Above that it is among the orphans
/// (tcp_rcv_state_process()).
Severity judge_danger(const Window& window, const Orphans& orphans) {
  const auto time_waits = find_number(window.end().counters.sockstat, "TCP.tw");
  const bool fills_time_wait = time_waits && orphans.count >= *time_waits / 2;
  if (fills_time_wait && counter_delta(window, "TcpExt.TCPTimeWaitOverflow").value_or(0) > 0)
    return Severity::critical;
  if (fills_time_wait &&
      find_share(time_waits, find_setting(window.end().settings, "net.ipv4.tcp_max_tw_buckets"))
              .value_or(0) >= danger_share)
    return Severity::warning;
  const auto all = find_number(window.end().counters.sockstat, "TCP.orphan");
  const bool fills_orphans = all && *all > 0 && orphans.count >= *all / 2 &&
                             find_fin_timeout(window) > default_fin_timeout;
  if (fills_orphans &&
      find_share(all, find_setting(window.end().settings, "net.ipv4.tcp_max_orphans"))
              .value_or(0) >= orphan_danger_share)
    return Severity::warning;
  return Severity::notice;
}

std::optional<Finding> judge_fin_wait(const Window& window) {
  Orphans orphans = sum_orphans(window, find_groups(window, "FIN_WAIT2"));
  orphans.at_start = count_orphans_at_start(window, "FIN_WAIT2");
  if (!is_pileup(window, orphans)) return std::nullopt;
  const Severity severity = judge_danger(window, orphans);
  const auto time_waits = find_number(window.end().counters.sockstat, "TCP.tw");
  const auto most = find_setting(window.end().settings, "net.ipv4.tcp_max_tw_buckets");
  const std::string ends =
      orphans.largest == nullptr ? std::string() : group_name(*orphans.largest);
  Finding finding = make_finding(
      ids::close_fin_wait_2_pileup, severity == Severity::notice ? "" : "table", severity,
      {{"sockets", std::to_string(orphans.count)},
       {"ends", ends},
       {"fin_timeout", std::to_string(find_fin_timeout(window))},
       {"time_waits", time_waits ? std::to_string(*time_waits) : "an unknown part"},
       {"max_tw_buckets", most ? std::to_string(*most) : "an unknown limit"}});
  finding.resource = table_resource(window, "FIN_WAIT2, most of them of " + ends);
  finding.resource.identity = "FIN_WAIT2";
  finding.evidence.push_back(
      stands_at("sock_diag", "FIN_WAIT2 without an owner", std::to_string(orphans.count)));
  finding.evidence.push_back(stands_at("sock_diag",
                                       window.start() == nullptr
                                           ? "FIN_WAIT2 older than 10 s"
                                           : "FIN_WAIT2 through the whole window",
                                       std::to_string(orphans.lasting)));
  if (orphans.largest != nullptr)
    finding.evidence.push_back(
        stands_at("sock_diag", "FIN_WAIT2 of " + ends, std::to_string(orphans.largest->orphans)));
  if (time_waits)
    finding.evidence.push_back(stands_at("sockstat", "TCP.tw", std::to_string(*time_waits)));
  finding.evidence.push_back(
      stands_at("sysctl", "net.ipv4.tcp_fin_timeout", std::to_string(find_fin_timeout(window))));
  return finding;
}

std::vector<const SocketGroup*> find_orphan_groups(const Window& window) {
  std::vector<const SocketGroup*> all;
  for (const char* state : {"FIN_WAIT1", "LAST_ACK", "CLOSING"}) {
    const auto groups = find_groups(window, state);
    all.insert(all.end(), groups.begin(), groups.end());
  }
  return all;
}

/// Whether orphans were the reason. TCPAbortOnMemory counts both reasons of tcp_check_oom()
/// (net/ipv4/tcp.c): too many orphans, and no memory.
bool is_about_orphans(const Window& window, std::int64_t orphans) {
  const auto limit = find_setting(window.end().settings, "net.ipv4.tcp_max_orphans");
  if (limit) return orphans >= *limit / orphan_penalty;
  const auto memory = find_number(window.end().counters.sockstat, "TCP.mem");
  const auto most = find_setting(window.end().settings, "net.ipv4.tcp_mem", 2);
  if (memory && most) return *memory < *most;
  return orphans >= orphans_many;
}

std::optional<Severity> judge_orphan_level(const Window& window, std::int64_t orphans,
                                           std::int64_t resets) {
  if (resets > 0 && is_about_orphans(window, orphans)) {
    return per_second(window, resets).value_or(0) >= orphan_resets_per_second ? Severity::critical
                                                                              : Severity::warning;
  }
  if (find_share(orphans, find_setting(window.end().settings, "net.ipv4.tcp_max_orphans"))
          .value_or(0) >= orphan_danger_share)
    return Severity::warning;
  return std::nullopt;
}

std::optional<Finding> judge_orphans(const Window& window) {
  const auto orphans = find_number(window.end().counters.sockstat, "TCP.orphan");
  if (!orphans || *orphans <= 0) return std::nullopt;
  const auto resets = counter_delta(window, "TcpExt.TCPAbortOnMemory").value_or(0);
  const auto severity = judge_orphan_level(window, *orphans, resets);
  if (!severity) return std::nullopt;
  const auto limit = find_setting(window.end().settings, "net.ipv4.tcp_max_orphans");
  const SocketGroup* largest = sum_orphans(window, find_orphan_groups(window)).largest;
  const double rate = per_second(window, resets).value_or(0);
  Finding finding = make_finding(
      ids::close_orphan_limit, resets > 0 ? "" : "near", *severity,
      {{"orphans", std::to_string(*orphans)},
       {"max_orphans", limit ? std::to_string(*limit) : "not visible in this network namespace"},
       {"killed_per_second", decimal(rate)},
       {"ends", largest == nullptr ? "unknown ports"
                                   : group_name(*largest) + " (" + largest->state + ")"}});
  finding.resource = table_resource(window, "orphans");
  finding.lost_per_second = rate;
  finding.evidence.push_back(stands_at("sockstat", "TCP.orphan", std::to_string(*orphans)));
  if (limit)
    finding.evidence.push_back(
        stands_at("sysctl", "net.ipv4.tcp_max_orphans", std::to_string(*limit)));
  const auto moved_by = counter_delta(window, "TcpExt.TCPAbortOnMemory");
  if (moved_by)
    finding.evidence.push_back(moved("netstat", "TcpExt.TCPAbortOnMemory", *moved_by, window));
  if (largest != nullptr) {
    finding.evidence.push_back(
        stands_at("sock_diag", largest->state + " without an owner at " + group_name(*largest),
                  std::to_string(largest->orphans)));
  }
  return finding;
}

}  // namespace

std::vector<Finding> judge_close(const Case& given) {
  std::vector<Finding> findings = judge_close_wait(given.window);
  auto fin_wait = judge_fin_wait(given.window);
  if (fin_wait) findings.push_back(*std::move(fin_wait));
  auto orphans = judge_orphans(given.window);
  if (orphans) findings.push_back(*std::move(orphans));
  return findings;
}

}  // namespace weir::judge
