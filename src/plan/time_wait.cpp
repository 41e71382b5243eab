#include "plan/formula/time_wait.h"

#include <algorithm>

#include "judge/defaults.h"
#include "judge/words.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

constexpr const char* buckets_name = "net.ipv4.tcp_max_tw_buckets";
/// The window is short: room for a rate twice as high.
constexpr double headroom = 2;
/// An inet_timewait_sock with what the slab rounds up to: knowledge/parameters.toml, measured.
constexpr std::int64_t bytes_each = 256;

std::int64_t default_buckets(const Situation& situation) {
  const Parameter* parameter = situation.catalog.find_parameter(buckets_name);
  if (parameter == nullptr) return 0;
  const auto choice = judge::compute_default(*parameter, judge::compute_facts(situation.now()));
  return choice.candidates.empty() || choice.candidates.front().empty() ? 0 : choice.candidates.front().front();
}

}  // namespace

void cure_time_wait(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const auto sockets = judge::find_number(situation.now().sockstat, "TCP.tw");
  const auto limit = read_setting(situation, buckets_name);
  if (!sockets || !limit) {
    decline(finding, "the number of TIME_WAIT sockets or their limit could not be read", proposal);
    return;
  }
  if (!situation.has_window()) {
    decline_without_window(finding, "how many a second found the table full", proposal);
    return;
  }
  const double lost = judge::per_second(situation.window, judge::counter_delta(situation.window, "TcpExt.TCPTimeWaitOverflow")).value_or(0);
  const double need = (static_cast<double>(*sockets) + lost * to_seconds(formula::time_wait_length)) * headroom;
  const std::int64_t own = default_buckets(situation);
  const std::int64_t wanted = std::max({round_up_to_power_of_two(need), own, *limit});
  propose(situation, finding,
          {buckets_name, std::to_string(wanted), "a connection that finds the table full skips TIME_WAIT, and late segments may reach its successor",
           "(" + std::to_string(*sockets) + " held + " + judge::decimal(lost) + "/s refused x 60 s) x 2 = " + std::to_string(judge::rounded(need)) +
               ", up to a power of two, and at least the kernel's own " + std::to_string(own) + " = " + std::to_string(wanted),
           "up to " + std::to_string(judge::rounded(static_cast<double>(wanted) * bytes_each / (1 << 20))) + " MiB of kernel memory when it is full"},
          proposal);
}

}  // namespace weir::plan
