#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "plan/size.h"

namespace weir::plan {

namespace {

/// Which exist in the host's first network namespace only (net/core/sysctl_net_core.c, net/ipv4/sysctl_net_ipv4.c; measured on 6.18).
bool is_of_host(std::string_view name) {
  constexpr std::array of_host{"net.ipv4.tcp_mem", "net.ipv4.tcp_max_orphans", "net.netfilter.nf_conntrack_max", "net.netfilter.nf_conntrack_buckets"};
  return name.starts_with("fs.") || name.starts_with("net.ipv4.neigh.default.") || std::find(of_host.begin(), of_host.end(), name) != of_host.end();
}

/// What lets others grow comes first: no process can have a limit above fs.nr_open, and no entry a bucket that is not there.
int order_of(const SizingSetting& setting) { return setting.name.starts_with("fs.") ? 0 : setting.name == "net.netfilter.nf_conntrack_buckets" ? 1 : 2; }

Step make_step(const SizingSetting& setting) {
  Step step;
  step.target = SysctlTarget{setting.name};
  step.expected = setting.from;
  step.wanted = setting.to;
  step.reason = setting.reason;
  step.formula = setting.formula;
  step.risk = setting.risk;
  step.scope = is_of_host(setting.name) ? "the whole host, until the next boot" : "this network namespace, until the next boot";
  step.durable = setting.name + " = " + setting.to + " in a file of /etc/sysctl.d";
  return step;
}

std::string note_of(const SizingSetting& setting) {
  std::string text = setting.name + ": ";
  if (!setting.from.empty()) text += setting.from + " is to become ";
  return text + setting.to + "; " + setting.reason;
}

}  // namespace

Plan make_size_plan(const Sizing& sizing, const Snapshot& snapshot) {
  const Provenance& here = snapshot.provenance;
  Plan plan;
  plan.binding.machine_id = here.machine_id;
  plan.binding.boot_id = here.boot_id;
  plan.binding.kernel = here.kernel;
  plan.binding.netns = here.netns;
  plan.binding.netns_cookie = here.netns_cookie;
  plan.made_at = here.wall_time;
  plan.weir_version = here.weir_version;
  if (sizing.host.described) {
    plan.notes.emplace_back("the sizing is of a described machine, whose present values are not known: no step can be applied here");
    return plan;
  }
  std::vector<SizingSetting> settings = sizing.settings;
  std::stable_sort(settings.begin(), settings.end(), [](const auto& a, const auto& b) { return order_of(a) < order_of(b); });
  for (const auto& setting : settings) {
    const bool can_be_written = setting.kind == "sysctl" && !setting.from.empty();
    if (!can_be_written) {
      plan.notes.push_back(note_of(setting));
    } else if (!here.initial_netns && is_of_host(setting.name)) {
      plan.notes.push_back(note_of(setting) + "; it belongs to the host, and this is not its first network namespace");
    } else {
      plan.steps.push_back(make_step(setting));
    }
  }
  for (const auto& sentence : sizing.unreachable) plan.notes.push_back(sentence);
  return plan;
}

}  // namespace weir::plan
