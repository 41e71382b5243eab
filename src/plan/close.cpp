#include <algorithm>
#include <cmath>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/tcp_times.h"
#include "judge/defaults.h"
#include "judge/window.h"
#include "plan/formula/tables.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

/// Each orphan may hold up to 64 KiB of memory that the kernel cannot swap
/// (Documentation/networking/ip-sysctl.rst, tcp_max_orphans).
constexpr std::int64_t bytes_of_an_orphan = 65536;
/// Share of the memory: weir's own threshold.
constexpr std::int64_t orphan_memory_divisor = 4;
/// Half a minute is enough for a live peer, even over a satellite: weir's own number.
constexpr std::int64_t short_fin_timeout = 20;

constexpr const char* time_wait_limit_name = "net.ipv4.tcp_max_tw_buckets";
/// An inet_timewait_sock, rounded up by the slab: measured, see knowledge/parameters.toml.
constexpr std::int64_t bytes_of_a_time_wait = 256;

}  // namespace

void cure_orphans(const Situation& situation, const Finding& finding, Proposal& proposal) {
  constexpr const char* name = "net.ipv4.tcp_max_orphans";
  const auto orphans = judge::find_number(situation.now().counters.sockstat, "TCP.orphan");
  const auto limit = find_setting(situation.now().settings, name);
  if (!orphans || !limit) {
    decline(
        situation, finding,
        "weir could not read the number of orphans or their limit; only the host's first network namespace shows the limit",
        proposal);
    return;
  }
  // The kernel counts a stalled orphan up to four times (tcp_out_of_resources(),
  // net/ipv4/tcp_timer.c).
  constexpr std::int64_t penalty = 4;
  const std::int64_t need =
      saturated_product(std::max(*orphans, *limit / penalty), penalty * headroom);
  const std::int64_t bound = std::max(
      situation.now().host.memory.count / orphan_memory_divisor / bytes_of_an_orphan, *limit);
  const std::int64_t wanted = std::min(round_up_limit(need), bound);
  if (wanted <= *limit) {
    decline(situation, finding, "orphans may already use a quarter of this host's memory",
            proposal);
    return;
  }
  propose(
      situation, finding,
      {name,
       std::to_string(wanted),
       "the kernel resets connections that a program has closed before their last data has arrived",
       std::to_string(*orphans) +
           " orphans x 4 (for stalled orphans) x 2, rounded up to a power of two, at most memory / 4 / 64 KiB = " +
           std::to_string(wanted),
       {}},
      proposal);
}

void cure_fin_wait_2(const Situation& situation, const Finding& finding, Proposal& proposal) {
  constexpr const char* name = "net.ipv4.tcp_fin_timeout";
  const auto present = find_setting(situation.now().settings, name);
  if (!present || *present <= short_fin_timeout) {
    decline(situation, finding, "net.ipv4.tcp_fin_timeout is already short", proposal);
    return;
  }
  propose(
      situation, finding,
      {name, std::to_string(short_fin_timeout),
       "peers do not close their half, so each such connection stays for the whole tcp_fin_timeout",
       std::to_string(*present) + " s shortened to " + std::to_string(short_fin_timeout) +
           " s keeps " + std::to_string(short_fin_timeout) + "/" + std::to_string(*present) +
           " of the sockets at the same rate",
       "a peer that needs longer than " + std::to_string(short_fin_timeout) +
           " s to close its half gets a reset for the data that it still sends"},
      proposal);
}

void cure_time_wait(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const auto sockets = judge::find_number(situation.now().counters.sockstat, "TCP.tw");
  const auto limit = find_setting(situation.now().settings, time_wait_limit_name);
  if (!sockets || !limit) {
    decline(situation, finding,
            "weir could not read the number of TIME_WAIT sockets or their limit", proposal);
    return;
  }
  if (!situation.has_window()) {
    decline_without_window(finding, "how many connections a second find the table full", proposal);
    return;
  }
  const double lost =
      judge::per_second(situation.window,
                        judge::counter_delta(situation.window, "TcpExt.TCPTimeWaitOverflow"))
          .value_or(0);
  const double need =
      (static_cast<double>(*sockets) + lost * to_seconds(time_wait_length)) * headroom;
  const std::int64_t wanted = std::max(round_up_limit(rounded(std::ceil(need))), *limit);
  propose(
      situation, finding,
      {time_wait_limit_name, std::to_string(wanted),
       "a connection that finds the table full skips TIME_WAIT, and late segments may reach the next connection",
       "(" + std::to_string(*sockets) + " held + " + decimal(lost) +
           "/s refused x 60 s) x 2 = " + std::to_string(rounded(need)) +
           ", rounded up to a power of two = " + std::to_string(wanted),
       std::to_string(bytes_of_a_time_wait) +
           " bytes of kernel memory for each socket in TIME_WAIT"},
      proposal);
}

}  // namespace weir::plan
