#include "plan/formula/time_wait.h"

#include <algorithm>
#include <cmath>

#include "base/decimal.h"
#include "base/tcp_times.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

constexpr const char* time_wait_limit_name = "net.ipv4.tcp_max_tw_buckets";
/// An inet_timewait_sock with what the slab rounds up to: knowledge/parameters.toml, measured.
constexpr std::int64_t bytes_of_a_time_wait = 256;

}  // namespace

void cure_time_wait(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const auto sockets = judge::find_number(situation.now().sockstat, "TCP.tw");
  const auto limit = find_setting(situation.now(), time_wait_limit_name);
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
