#include "model/plan.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "model/link_attribute.h"
#include "model/sysctl_name.h"

namespace weir {
namespace {

/// Connection tracking drops what it cannot hold or no longer knows.
constexpr std::string_view conntrack_prefix = "net.netfilter.nf_conntrack_";
/// By the last component of the name: what decides whether a packet is taken, forwarded or answered
/// for at all.
constexpr std::array<std::string_view, 8> cutting{"rp_filter",    "arp_ignore",      "arp_announce",
                                                  "arp_filter",   "ip_forward",      "forwarding",
                                                  "disable_ipv6", "nf_conntrack_max"};
bool sysctl_can_cut(std::string_view name) {
  const std::string_view leaf = name.substr(name.rfind('.') + 1);
  return name.starts_with(conntrack_prefix) ||
         std::find(cutting.begin(), cutting.end(), leaf) != cutting.end();
}

/// Two names of one variable of the kernel: devinet_sysctl_table and ctl_forward_entry
/// (net/ipv4/devinet.c), nf_ct_sysctl_table and nf_ct_netfilter_table
/// (net/netfilter/nf_conntrack_standalone.c).
struct Alias {
  std::string_view name;
  std::string_view same;
};
constexpr std::array aliases{Alias{"net.ipv4.conf.all.forwarding", "net.ipv4.ip_forward"},
                             Alias{"net.nf_conntrack_max", "net.netfilter.nf_conntrack_max"}};

std::string unalias(const std::string& written) {
  std::string name = canonical_sysctl_name(written);
  for (const Alias& alias : aliases)
    if (name == alias.name) return std::string(alias.same);
  return name;
}

/// A key of an interface that is known by its identity: the index, the address, and the name
/// without the interface.
std::optional<std::string> identity_key(const Step& step) {
  const auto* target = std::get_if<SysctlTarget>(&step.target);
  const auto components =
      target == nullptr || target->index == 0 ? std::nullopt : parse_sysctl_name(target->name);
  if (!components || sysctl_interface(*components).empty()) return std::nullopt;
  return std::to_string(target->index) + " " + target->address + " " +
         sysctl_key(with_sysctl_interface(*components, "*"));
}

/// What is said of each kind of target.
struct Kind {
  std::string operator()(const SysctlTarget& /*target*/) const { return "sysctl"; }
  std::string operator()(const ListenerTarget& /*target*/) const { return "listener"; }
  std::string operator()(const LimitTarget& /*target*/) const { return "limit"; }
  std::string operator()(const LinkTarget& /*target*/) const { return "link"; }
};

struct Name {
  std::string operator()(const SysctlTarget& target) const { return target.name; }
  std::string operator()(const ListenerTarget& target) const { return target.name; }
  std::string operator()(const LimitTarget& target) const {
    const std::string pid = std::to_string(target.pid);
    return target.resource + " of " +
           (target.command.empty() ? "process " + pid : target.command + " (" + pid + ")");
  }
  std::string operator()(const LinkTarget& target) const {
    return target.interface + " " + target.attribute;
  }
};

struct Key {
  std::string operator()(const SysctlTarget& target) const { return unalias(target.name); }
  std::string operator()(const ListenerTarget& target) const {
    return std::to_string(target.cookie);
  }
  std::string operator()(const LimitTarget& target) const {
    return std::to_string(target.pid) + " " + std::to_string(target.start_time) + " " +
           target.resource;
  }
  std::string operator()(const LinkTarget& target) const {
    return std::to_string(target.index) + " " + target.attribute;
  }
};

}  // namespace

std::string step_kind(const Step& step) { return std::visit(Kind{}, step.target); }

std::string target_name(const StepTarget& target) { return std::visit(Name{}, target); }

std::string step_target_name(const Step& step) { return target_name(step.target); }

std::string step_target_key(const Step& step) {
  return step_kind(step) + " " + std::visit(Key{}, step.target);
}

std::string sysctl_target_key(const std::string& name) { return "sysctl " + unalias(name); }

bool is_same_target(const Step& a, const Step& b) {
  const auto left = identity_key(a);
  const auto right = identity_key(b);
  return left && right ? left == right : step_target_key(a) == step_target_key(b);
}

SysctlTarget make_sysctl_target(const std::string& name, const std::vector<Link>& links) {
  SysctlTarget target{canonical_sysctl_name(name)};
  const auto components = parse_sysctl_name(name);
  const std::string interface = components ? sysctl_interface(*components) : std::string();
  const auto link = std::find_if(links.begin(), links.end(),
                                 [&](const Link& one) { return one.name == interface; });
  if (interface.empty() || link == links.end()) return target;
  target.index = link->index;
  target.address = link_identity(*link);
  return target;
}

bool can_cut_traffic(const StepTarget& target) {
  if (const auto* sysctl = std::get_if<SysctlTarget>(&target)) return sysctl_can_cut(sysctl->name);
  const auto* link = std::get_if<LinkTarget>(&target);
  const auto attribute = link == nullptr ? std::nullopt : parse_link_attribute(link->attribute);
  return attribute && can_cut_traffic(attribute->kind);
}

PlanBinding make_binding(const Provenance& here) { return {here.place, here.kernel}; }

std::vector<BoundNic> find_nics(const std::vector<Link>& links) {
  std::vector<BoundNic> nics;
  for (const auto& link : links)
    if (!link.loopback && link.kind.empty() && !link_identity(link).empty())
      nics.push_back({link.name, link_identity(link)});
  return nics;
}

std::vector<std::string> missing_nics(const std::vector<BoundNic>& planned,
                                      const std::vector<BoundNic>& now) {
  std::set<std::string_view> addresses;
  for (const auto& nic : now) addresses.insert(nic.address);
  std::vector<std::string> sentences;
  for (const auto& nic : planned) {
    if (addresses.count(nic.address) == 0)
      sentences.push_back("the network card " + nic.name + " with the address " + nic.address +
                          " is not there any more");
  }
  return sentences;
}

bool is_same_memory(Bytes planned, Bytes now) {
  constexpr std::int64_t tenth = 10;
  if (planned.count <= 0 || now.count <= 0) return true;
  const auto [less, more] = std::minmax(planned.count, now.count);
  return more - less <= planned.count / tenth;
}

}  // namespace weir
