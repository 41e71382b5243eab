#include "act/losses.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "base/text.h"
#include "kernel/wire/ipv6_state.h"
#include "model/sysctl_name.h"

namespace weir::act {
namespace {

constexpr std::string_view ipv6_loopback = "00000000000000000000000000000001";
constexpr std::string_view link_local_prefix = "fe800000000000000000000000000000";
constexpr std::string_view multicast_prefix = "ff000000000000000000000000000000";

/// Keys with a change that no later write reverts, on any host. `*` stands for an interface.
struct OneWay {
  std::string_view name;
  std::string_view only_to;  ///< the value that cannot be reverted; empty: any
  std::string_view loses;
};
constexpr std::array one_way{
    // addrconf_sysctl_addr_gen_mode() gives each interface that is up another address at once.
    OneWay{"net.ipv6.conf.*.addr_gen_mode", "",
           "makes the kernel add link-local addresses, which stay"},
    OneWay{"net.ipv6.conf.all.addr_gen_mode", "",
           "makes the kernel add link-local addresses, which stay"},
    // addrconf_sysctl_stable_secret() changes that mode with it.
    OneWay{"net.ipv6.conf.*.stable_secret", "",
           "makes the kernel choose other addresses, and the present ones stay"},
    OneWay{"net.ipv6.conf.default.stable_secret", "",
           "makes the kernel choose other addresses, and the present ones stay"},
    // rt6_mtu_change_route(), net/ipv6/route.c
    OneWay{"net.ipv6.conf.*.mtu", "", "changes the MTU of each route that has one of its own"},
    // mpls_platform_labels(), net/mpls/af_mpls.c
    OneWay{"net.mpls.platform_labels", "", "removes the routes of the labels above"},
    // nf_hooks_lwtunnel_sysctl_handler(), net/netfilter/nf_hooks_lwtunnel.c
    OneWay{"net.netfilter.nf_hooks_lwtunnel", "1",
           "cannot be switched off again until the next boot"},
    // Documentation/admin-guide/sysctl/kernel.rst
    OneWay{"kernel.modules_disabled", "1", "cannot be switched off again until the next boot"},
    OneWay{"kernel.kexec_load_disabled", "1", "cannot be switched off again until the next boot"},
    OneWay{"kernel.unprivileged_bpf_disabled", "1",
           "cannot be switched off again until the next boot"},
    OneWay{"kernel.yama.ptrace_scope", "3", "cannot be changed again until the next boot"},
    OneWay{"kernel.tainted", "", "cannot be undone until the next boot"},
};

bool is_meant(const std::string& name, std::string_view pattern) {
  if (pattern.find('*') == std::string_view::npos) return name == pattern;
  const auto components = parse_sysctl_name(name);
  return components && !sysctl_interface(*components).empty() &&
         sysctl_key(with_sysctl_interface(*components, "*")) == pattern;
}

constexpr std::string_view no_fastopen_key = "00000000-00000000-00000000-00000000";

/// "A, B and 3 more".
std::string list_some(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, names.size()); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > shown) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

/// The state that the kernel does not restore when IPv6 comes back on an interface.
class Ipv6State {
 public:
  static Result<Ipv6State> read(kernel::Kernel& kernel) {
    Ipv6State state;
    WEIR_TRY(const std::vector<Link> links, read_links(kernel));
    for (const Link& link : links)
      state.own_link_local_[link.name] = wire::make_link_local_digits(link.address);
    WEIR_TRY(const std::string addresses, read_proc("/proc/net/if_inet6", kernel.files));
    WEIR_TRY(const std::string routes, read_proc("/proc/net/ipv6_route", kernel.files));
    wire::parse_if_inet6(
        addresses, [&](const wire::Ipv6Address& address) { state.addresses_.push_back(address); });
    wire::parse_ipv6_route(routes,
                           [&](const wire::Ipv6Route& route) { state.routes_.push_back(route); });
    return state;
  }

  /// Addresses and routes of the interface that a user or a program added.
  [[nodiscard]] std::vector<std::string> list_given(const std::string& interface,
                                                    bool makes_link_local) const {
    std::vector<std::string> given;
    for (const auto& address : addresses_) {
      const bool made = makes_link_local && address.digits == find_link_local(interface);
      if (address.interface == interface && address.digits != ipv6_loopback && !made)
        given.push_back(wire::format_ipv6(address.digits, address.prefix));
    }
    for (const auto& route : routes_) {
      if (route.destination.interface == interface && !is_made(route))
        given.push_back("the route to " +
                        wire::format_ipv6(route.destination.digits, route.destination.prefix));
    }
    return given;
  }

  [[nodiscard]] std::vector<std::string> list_advertised(const std::string& interface) const {
    std::vector<std::string> advertised;
    for (const auto& route : routes_) {
      if (route.destination.interface == interface && route.is_advertised)
        advertised.push_back("the route to " +
                             wire::format_ipv6(route.destination.digits, route.destination.prefix));
    }
    return advertised;
  }

 private:
  /// On a host without IPv6, neither file exists.
  static Result<std::string> read_proc(const std::string& path, kernel::Files& files) {
    auto text = kernel::read_text(files, path);
    if (!text.ok() && text.error().code == ErrorCode::not_found) return std::string();
    return text;
  }

  [[nodiscard]] std::string find_link_local(const std::string& interface) const {
    const auto found = own_link_local_.find(interface);
    return found == own_link_local_.end() ? std::string() : found->second;
  }

  /// Whether the kernel adds the route with an address, or with the interface's own.
  static bool is_made(const wire::Ipv6Route& route) {
    constexpr std::int64_t link_local_bits = 64;
    constexpr std::int64_t multicast_bits = 8;
    if (route.is_local) return true;
    if (route.has_gateway) return false;
    const auto& [digits, prefix, interface] = route.destination;
    return (digits == link_local_prefix && prefix == link_local_bits) ||
           (digits == multicast_prefix && prefix == multicast_bits);
  }

  std::map<std::string, std::string> own_link_local_;
  std::vector<wire::Ipv6Address> addresses_;
  std::vector<wire::Ipv6Route> routes_;
};

/// An unreadable value counts as the worse one.
std::string read_or(const std::string& name, const std::string& fallback, kernel::Files& files) {
  const auto path = compute_sysctl_path(name);
  const auto value = path.ok() ? read_sysctl(*path, files) : Result<std::string>(path.error());
  return value.ok() ? *value : fallback;
}

bool is_on(const std::string& value) { return parse_integer(trim(value)).value_or(1) != 0; }

/// A step on net.ipv6.conf.NAME.LEAF, where NAME is "all" or an interface.
struct Ipv6Key {
  std::string leaf;
  std::vector<std::string> interfaces;  ///< by their current names
};

Result<std::optional<Ipv6Key>> find_ipv6_key(const SysctlTarget& target, kernel::Kernel& kernel) {
  constexpr std::size_t parts = 5;
  const auto components = parse_sysctl_name(target.name);
  if (!components || components->size() != parts || (*components)[1] != "ipv6" ||
      (*components)[2] != "conf" || (*components)[3] == "default")
    return std::optional<Ipv6Key>();
  Ipv6Key key{components->back(), {}};
  if ((*components)[3] != "all" && target.index == 0) {
    key.interfaces = {(*components)[3]};
    return std::optional(std::move(key));
  }
  WEIR_TRY(const std::vector<Link> links, read_links(kernel));
  for (const Link& link : links)
    if ((*components)[3] == "all" ||
        (link.index == target.index && link_identity(link) == target.address))
      key.interfaces.push_back(link.name);
  return std::optional(std::move(key));
}

/// "removes A, B of eth0" for each interface that loses something.
template <class List>
std::vector<std::string> list_removed(const std::vector<std::string>& interfaces,
                                      const List& list) {
  std::vector<std::string> losses;
  for (const std::string& interface : interfaces) {
    const std::vector<std::string> lost = list(interface);
    if (!lost.empty()) losses.push_back("removes " + list_some(lost) + " of " + interface);
  }
  return losses;
}

/// addrconf_ifdown() and rt6_purge_dflt_routers(), net/ipv6. For "all", the undo also writes each
/// interface's key.
Result<std::vector<std::string>> find_ipv6_losses(const Step& step, const SysctlTarget& target,
                                                  kernel::Kernel& kernel) {
  WEIR_TRY(const auto key, find_ipv6_key(target, kernel));
  const bool is_disabling = key && key->leaf == "disable_ipv6";
  const bool is_forwarding = key && key->leaf == "forwarding";
  if ((!is_disabling && !is_forwarding) || (!is_on(step.wanted) && !is_on(step.expected)))
    return std::vector<std::string>();
  WEIR_TRY(const Ipv6State state, Ipv6State::read(kernel));
  const auto read = [&](const std::string& interface, const char* leaf, const char* fallback) {
    return read_or(sysctl_key({"net", "ipv6", "conf", interface, leaf}), fallback, kernel.files);
  };
  if (is_disabling) {
    return list_removed(key->interfaces, [&](const std::string& interface) {
      if (is_on(read(interface, "disable_ipv6", "0"))) return std::vector<std::string>();
      return state.list_given(interface, read(interface, "addr_gen_mode", "0") == "0");
    });
  }
  return list_removed(key->interfaces, [&](const std::string& interface) {
    return read(interface, "accept_ra", "1") == "2" ? std::vector<std::string>()
                                                    : state.list_advertised(interface);
  });
}

}  // namespace

Result<std::vector<std::string>> find_losses(const Step& step, kernel::Kernel& kernel) {
  const auto* target = std::get_if<SysctlTarget>(&step.target);
  if (target == nullptr) return std::vector<std::string>();
  const std::string name = canonical_sysctl_name(target->name);
  std::vector<std::string> losses;
  for (const OneWay& key : one_way) {
    if (is_meant(name, key.name) && (key.only_to.empty() || key.only_to == trim(step.wanted)))
      losses.emplace_back(key.loses);
  }
  // The kernel shows zeros if no key is set. Writing these zeros would set a key
  // (proc_tcp_fastopen_key(), net/ipv4/sysctl_net_ipv4.c).
  if (name == "net.ipv4.tcp_fastopen_key" && trim(step.expected) == no_fastopen_key)
    losses.emplace_back("sets a key where there was none");
  WEIR_TRY(auto ipv6, find_ipv6_losses(step, *target, kernel));
  losses.insert(losses.end(), std::make_move_iterator(ipv6.begin()),
                std::make_move_iterator(ipv6.end()));
  return losses;
}

Status check_losses(const Plan& plan, const std::set<std::string>& allowed,
                    kernel::Kernel& kernel) {
  for (const Step& step : plan.steps) {
    const std::string name = step_target_name(step);
    const auto is_it = [&](const std::string& one) {
      return canonical_sysctl_name(one) == canonical_sysctl_name(name);
    };
    if (std::any_of(allowed.begin(), allowed.end(), is_it)) continue;
    WEIR_TRY(const auto losses, find_losses(step, kernel));
    if (losses.empty()) continue;
    std::string sentence = name;
    sentence.append(" = ").append(step.wanted).append(" ").append(losses.front());
    sentence.append(": weir cannot undo this; pass `--allow ").append(name);
    sentence.append("` to apply the step nevertheless");
    return make_error(ErrorCode::wrong_use, std::move(sentence));
  }
  return {};
}

}  // namespace weir::act
