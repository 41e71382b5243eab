#include "model/target.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "model/link.h"
#include "model/link_attribute.h"
#include "model/process.h"
#include "model/sysctl_name.h"

namespace weir {
namespace {

/// Connection tracking drops packets that it has no room for or whose connection it has forgotten.
constexpr std::string_view conntrack_prefix = "net.netfilter.nf_conntrack_";
/// By the last component of the name: these decide whether a packet is accepted, forwarded or
/// answered at all.
constexpr std::array<std::string_view, 8> cutting{"rp_filter",    "arp_ignore",      "arp_announce",
                                                  "arp_filter",   "ip_forward",      "forwarding",
                                                  "disable_ipv6", "nf_conntrack_max"};
bool sysctl_can_cut(std::string_view name) {
  const std::string_view leaf = name.substr(name.rfind('.') + 1);
  return name.starts_with(conntrack_prefix) ||
         std::find(cutting.begin(), cutting.end(), leaf) != cutting.end();
}

bool link_can_cut(const LinkTarget& target) {
  const auto attribute = parse_link_attribute(target.attribute);
  return attribute && can_cut_traffic(attribute->kind);
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

std::string name_limit(const LimitTarget& target) {
  return target.resource + " of " + process_name(target.pid, target.command);
}

/// The facts about every target of a kind.
struct Traits {
  StepKind kind;
  std::string_view id;
  std::string_view title;  ///< before the target's name, for display
  bool can_persist;
  int rank;
};

/// A kind of step: its traits, and its functions for one target.
template <class Target>
struct Kind {
  Traits traits;
  std::string (*name)(const Target&);
  std::string (*key)(const Target&);  ///< among targets of this kind
  bool (*can_cut)(const Target&);
};

constexpr std::tuple kinds{
    Kind<SysctlTarget>{{StepKind::sysctl, "sysctl", "", true, 0},
                       [](const SysctlTarget& target) { return target.name; },
                       [](const SysctlTarget& target) { return unalias(target.name); },
                       [](const SysctlTarget& target) { return sysctl_can_cut(target.name); }},
    Kind<ListenerTarget>{{StepKind::listener, "listener", "backlog of ", false, 1},
                         [](const ListenerTarget& target) { return target.name; },
                         [](const ListenerTarget& target) { return std::to_string(target.cookie); },
                         [](const ListenerTarget& /*target*/) { return false; }},
    Kind<LimitTarget>{{StepKind::limit, "limit", "", false, 1},
                      name_limit,
                      [](const LimitTarget& target) {
                        return std::to_string(target.pid) + " " +
                               std::to_string(target.start_time) + " " + target.resource;
                      },
                      [](const LimitTarget& /*target*/) { return false; }},
    Kind<LinkTarget>{
        {StepKind::link, "link", "", false, 1},
        [](const LinkTarget& target) { return target.interface + " " + target.attribute; },
        [](const LinkTarget& target) {
          return std::to_string(target.index) + " " + target.attribute;
        },
        link_can_cut}};

/// A target type without a row does not compile.
template <class Target>
constexpr const Kind<Target>& row_of() {
  return std::get<Kind<Target>>(kinds);
}

constexpr auto every_kind = std::make_index_sequence<std::variant_size_v<StepTarget>>{};

template <std::size_t... at>
constexpr auto collect_traits(std::index_sequence<at...> /*kinds*/) {
  return std::array{row_of<std::variant_alternative_t<at, StepTarget>>().traits...};
}
constexpr auto all_traits = collect_traits(every_kind);

constexpr bool are_in_order() {
  for (std::size_t at = 0; at < all_traits.size(); ++at)
    if (static_cast<std::size_t>(all_traits[at].kind) != at) return false;
  return true;
}
static_assert(are_in_order(), "StepKind has the order of StepTarget");

const Traits& traits_of(StepKind kind) { return all_traits[static_cast<std::size_t>(kind)]; }

template <std::size_t... at>
StepTarget make_alternative(StepKind kind, std::index_sequence<at...> /*kinds*/) {
  StepTarget target;
  ((static_cast<std::size_t>(kind) == at ? void(target.emplace<at>()) : void()), ...);
  return target;
}

/// A key of an interface that is identified by its identity: the index, the address, and the name
/// without the interface.
std::optional<std::string> identity_key(const StepTarget& target) {
  const auto* sysctl = std::get_if<SysctlTarget>(&target);
  const auto components =
      sysctl == nullptr || sysctl->index == 0 ? std::nullopt : parse_sysctl_name(sysctl->name);
  if (!components || sysctl_interface(*components).empty()) return std::nullopt;
  return std::to_string(sysctl->index) + " " + sysctl->address + " " +
         sysctl_key(with_sysctl_interface(*components, "*"));
}

}  // namespace

StepKind target_kind(const StepTarget& target) { return all_traits[target.index()].kind; }

std::string_view step_kind_id(StepKind kind) { return traits_of(kind).id; }

std::optional<StepKind> parse_step_kind(std::string_view id) {
  for (const Traits& traits : all_traits)
    if (traits.id == id) return traits.kind;
  return std::nullopt;
}

StepTarget make_target(StepKind kind) { return make_alternative(kind, every_kind); }

std::string step_title(StepKind kind, const std::string& name) {
  return std::string(traits_of(kind).title) + name;
}

bool can_persist(StepKind kind) { return traits_of(kind).can_persist; }

int step_rank(StepKind kind) { return traits_of(kind).rank; }

std::string target_name(const StepTarget& target) {
  return std::visit([]<class Target>(const Target& one) { return row_of<Target>().name(one); },
                    target);
}

std::string target_key(const StepTarget& target) {
  return std::visit(
      []<class Target>(const Target& one) {
        const Kind<Target>& row = row_of<Target>();
        return std::string(row.traits.id) + " " + row.key(one);
      },
      target);
}

std::string sysctl_target_key(const std::string& name) { return target_key(SysctlTarget{name}); }

bool is_same_target(const StepTarget& a, const StepTarget& b) {
  const auto left = identity_key(a);
  const auto right = identity_key(b);
  return left && right ? left == right : target_key(a) == target_key(b);
}

bool can_cut_traffic(const StepTarget& target) {
  return std::visit([]<class Target>(const Target& one) { return row_of<Target>().can_cut(one); },
                    target);
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

}  // namespace weir
