#include "model/plan.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace weir {
namespace {

/// Connection tracking drops what it cannot hold or no longer knows.
constexpr std::string_view conntrack_prefix = "net.netfilter.nf_conntrack_";
/// By the last component of the name: what decides whether a packet is taken, forwarded or answered for at all.
constexpr std::array<std::string_view, 8> cutting{"rp_filter",  "arp_ignore", "arp_announce", "arp_filter",
                                                  "ip_forward", "forwarding", "disable_ipv6", "nf_conntrack_max"};

bool sysctl_can_cut(std::string_view name) {
  const std::string_view leaf = name.substr(name.rfind('.') + 1);
  return name.starts_with(conntrack_prefix) || std::find(cutting.begin(), cutting.end(), leaf) != cutting.end();
}

}  // namespace

std::string step_kind(const Step& step) { return std::holds_alternative<SysctlTarget>(step.target) ? "sysctl" : "listener"; }

std::string step_target_name(const Step& step) {
  if (const auto* sysctl = std::get_if<SysctlTarget>(&step.target)) return sysctl->name;
  return std::get<ListenerTarget>(step.target).name;
}

bool can_cut_traffic(const StepTarget& target) {
  const auto* sysctl = std::get_if<SysctlTarget>(&target);
  return sysctl != nullptr && sysctl_can_cut(sysctl->name);
}

bool is_same_memory(Bytes planned, Bytes now) {
  constexpr std::int64_t tenth = 10;
  if (planned.count <= 0 || now.count <= 0) return true;
  const auto [less, more] = std::minmax(planned.count, now.count);
  return more - less <= planned.count / tenth;
}

}  // namespace weir
