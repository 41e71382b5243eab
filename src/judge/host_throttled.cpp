#include "judge/host_throttled.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/number_text.h"
#include "judge/cause.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// A CPU quota is meant to end now and then. If it ends in a quarter of the periods (of 100 ms each
/// by default) and takes a tenth of the time, every client notices. weir's own thresholds: they are
/// below those at which cause.cpp takes throttling for the reason of a full queue.
constexpr double noticeable_period_share = 0.25;
constexpr double noticeable_time_share = 0.1;

struct ThrottledGroup {
  ThrottlingView throttling;
  std::vector<const Process*> processes;
};

Finding compose_throttled(const Window& window, const ThrottledGroup& group) {
  const Process& first = *group.processes.front();
  Finding finding = make_finding(
      ids::host_cpu_throttled, "", Severity::warning,
      {{"process", first.command},
       {"cgroup", first.cgroup},
       {"throttled_ms", std::to_string(group.throttling.time.count / nanoseconds_per_millisecond)},
       {"periods", std::to_string(group.throttling.periods)},
       {"throttled_percent", percent(std::min(group.throttling.period_share, 1.0))}});
  finding.resource.kind = "process";
  finding.resource.name = process_name(first.pid, first.command);
  finding.resource.netns = window.end().provenance.place.netns;
  finding.resource.command = first.command;
  finding.resource.identity = process_identity(window, first.pid);
  for (const Process* process : group.processes) {
    if (finding.resource.pids.size() < named_at_most) finding.resource.pids.push_back(process->pid);
  }
  finding.evidence = throttling_evidence(group.throttling, first);
  return finding;
}

}  // namespace

std::vector<Finding> judge_throttling_of_servers(const Case& given) {
  std::map<std::string, ThrottledGroup> groups;
  for (const auto& process : given.window.end().processes) {
    const auto throttling = compute_throttling(given.window, process);
    if (!throttling || throttling->period_share < noticeable_period_share ||
        throttling->time_share < noticeable_time_share)
      continue;
    auto& group = groups[process.cgroup];
    if (group.processes.empty()) group.throttling = *throttling;
    group.processes.push_back(&process);
  }
  std::vector<Finding> findings;
  findings.reserve(groups.size());
  for (const auto& group : groups)
    findings.push_back(compose_throttled(given.window, group.second));
  return findings;
}

}  // namespace weir::judge
