#include "judge/host_softirq.h"

#include <algorithm>
#include <string>

#include "judge/window.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

/// Beyond them the catalog warns: a longer backlog only delays, a larger budget starves the
/// programs.
constexpr std::int64_t longest_backlog = 16384;
constexpr std::int64_t largest_budget = 1200;
constexpr std::int64_t longest_budget_usecs = 20000;

void double_up_to(const Situation& situation, const Finding& finding, const char* name,
                  std::int64_t most, const std::string& reason, const std::string& unit,
                  Proposal& proposal) {
  const auto present = find_setting(situation.now(), name);
  if (present && *present >= most) {
    proposal.notes.push_back(
        std::string(name) + ": no step, because more than " + std::to_string(most) + " " + unit +
        " only adds delay; spread the packets over more CPUs (`weir explain rps_cpus`)");
    return;
  }
  const std::int64_t wanted = std::min(std::max<std::int64_t>(present.value_or(0), 1) * 2, most);
  propose(situation, finding,
          {name,
           std::to_string(wanted),
           reason,
           "twice the present value, at most " + std::to_string(most) + " " + unit + " = " +
               std::to_string(wanted),
           {}},
          proposal);
}

}  // namespace

void cure_softirq(const Situation& situation, const Finding& finding, Proposal& proposal) {
  if (finding.id == judge::ids::host_softirq_drops) {
    double_up_to(
        situation, finding, "net.core.netdev_max_backlog", longest_backlog,
        "a CPU's backlog is full, and the kernel drops packets before the network stack sees them",
        "packets", proposal);
    return;
  }
  double_up_to(situation, finding, "net.core.netdev_budget", largest_budget,
               "a softirq round uses up its budget while packets still wait", "packets", proposal);
  double_up_to(situation, finding, "net.core.netdev_budget_usecs", longest_budget_usecs,
               "a softirq round uses up its time while packets still wait", "microseconds",
               proposal);
}

}  // namespace weir::plan
