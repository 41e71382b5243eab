#include "model/side_effects.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "model/sysctl_name.h"

namespace weir {
namespace {

struct Effect {
  std::string_view written;  ///< IFACE is one interface's name, LEAF any last component
  /// the same IFACE and LEAF; `*` is each interface, "all" and "default"
  std::string_view changed;
};

/// Found by writing every key below /proc/sys/net, fs and vm of Linux 6.1 and 6.18 and reading all
/// others (tests/netns/there_and_back.h does it again), and from the kernel's source, which the
/// comments name.
constexpr std::array effects{
    // inet_forward_change(), net/ipv4/devinet.c; it calls dev_disable_lro() for each interface.
    Effect{"net.ipv4.ip_forward", "net.ipv4.conf.*.forwarding"},
    Effect{"net.ipv4.ip_forward", "net.ipv4.conf.all.accept_redirects"},
    Effect{"net.ipv4.ip_forward", "link:*:feature.rx-lro"},
    Effect{"net.ipv4.conf.all.forwarding", "net.ipv4.conf.*.forwarding"},
    Effect{"net.ipv4.conf.all.forwarding", "net.ipv4.conf.all.accept_redirects"},
    Effect{"net.ipv4.conf.all.forwarding", "link:*:feature.rx-lro"},
    // devinet_sysctl_forward()
    Effect{"net.ipv4.conf.IFACE.forwarding", "link:IFACE:feature.rx-lro"},
    // devinet_copy_dflt_conf(): each interface for which the key was never set.
    Effect{"net.ipv4.conf.default.LEAF", "net.ipv4.conf.*.LEAF"},
    // addrconf_fixup_forwarding(), dev_forward_change(), net/ipv6/addrconf.c
    Effect{"net.ipv6.conf.all.forwarding", "net.ipv6.conf.*.forwarding"},
    Effect{"net.ipv6.conf.all.forwarding", "link:*:feature.rx-lro"},
    Effect{"net.ipv6.conf.IFACE.forwarding", "link:IFACE:feature.rx-lro"},
    // addrconf_sysctl_force_forwarding()
    Effect{"net.ipv6.conf.all.force_forwarding", "net.ipv6.conf.*.force_forwarding"},
    // addrconf_disable_ipv6(); addrconf_notify() sets the MTU again when IPv6 comes back.
    Effect{"net.ipv6.conf.all.disable_ipv6", "net.ipv6.conf.*.disable_ipv6"},
    Effect{"net.ipv6.conf.all.disable_ipv6", "net.ipv6.conf.*.mtu"},
    Effect{"net.ipv6.conf.IFACE.disable_ipv6", "net.ipv6.conf.IFACE.mtu"},
    // addrconf_fixup_linkdown()
    Effect{"net.ipv6.conf.all.ignore_routes_with_linkdown",
           "net.ipv6.conf.*.ignore_routes_with_linkdown"},
    // addrconf_sysctl_addr_gen_mode(), addrconf_sysctl_stable_secret()
    Effect{"net.ipv6.conf.all.addr_gen_mode", "net.ipv6.conf.*.addr_gen_mode"},
    Effect{"net.ipv6.conf.default.stable_secret", "net.ipv6.conf.*.addr_gen_mode"},
    Effect{"net.ipv6.conf.IFACE.stable_secret", "net.ipv6.conf.IFACE.addr_gen_mode"},
    // neigh_copy_dflt_parms(), net/core/neighbour.c: each interface for which the key was never
    // set.
    Effect{"net.ipv4.neigh.default.LEAF", "net.ipv4.neigh.*.LEAF"},
    Effect{"net.ipv6.neigh.default.LEAF", "net.ipv6.neigh.*.LEAF"},
    // Two keys for one value in neigh_sysctl_table; the second has the finer unit.
    Effect{"net.ipv4.neigh.default.base_reachable_time", "net.ipv4.neigh.*.base_reachable_time_ms"},
    Effect{"net.ipv4.neigh.default.retrans_time", "net.ipv4.neigh.*.retrans_time_ms"},
    Effect{"net.ipv4.neigh.default.unres_qlen", "net.ipv4.neigh.*.unres_qlen_bytes"},
    Effect{"net.ipv6.neigh.default.base_reachable_time", "net.ipv6.neigh.*.base_reachable_time_ms"},
    Effect{"net.ipv6.neigh.default.retrans_time", "net.ipv6.neigh.*.retrans_time_ms"},
    Effect{"net.ipv6.neigh.default.unres_qlen", "net.ipv6.neigh.*.unres_qlen_bytes"},
    Effect{"net.ipv4.neigh.IFACE.base_reachable_time",
           "net.ipv4.neigh.IFACE.base_reachable_time_ms"},
    Effect{"net.ipv4.neigh.IFACE.retrans_time", "net.ipv4.neigh.IFACE.retrans_time_ms"},
    Effect{"net.ipv4.neigh.IFACE.unres_qlen", "net.ipv4.neigh.IFACE.unres_qlen_bytes"},
    Effect{"net.ipv6.neigh.IFACE.base_reachable_time",
           "net.ipv6.neigh.IFACE.base_reachable_time_ms"},
    Effect{"net.ipv6.neigh.IFACE.retrans_time", "net.ipv6.neigh.IFACE.retrans_time_ms"},
    Effect{"net.ipv6.neigh.IFACE.unres_qlen", "net.ipv6.neigh.IFACE.unres_qlen_bytes"},
    // ipv4_route_table, net/ipv4/route.c
    Effect{"net.ipv4.route.gc_min_interval", "net.ipv4.route.gc_min_interval_ms"},
    // ipv6_route_table_template, net/ipv6/route.c
    Effect{"net.ipv6.route.gc_min_interval", "net.ipv6.route.gc_min_interval_ms"},
    // tcp_set_default_congestion_control(), net/ipv4/tcp_cong.c: from then on, every process may
    // choose the new default.
    Effect{congestion_control_name, allowed_congestion_control_name},
    // proc_pm_type(), proc_path_manager(), net/mptcp/ctrl.c
    Effect{"net.mptcp.pm_type", "net.mptcp.path_manager"},
    Effect{"net.mptcp.path_manager", "net.mptcp.pm_type"},
    // dirty_ratio_handler() and similar ones, mm/page-writeback.c: each sets the other to 0; so
    // does overcommit_kbytes_handler(), mm/util.c.
    Effect{"vm.dirty_ratio", "vm.dirty_bytes"}, Effect{"vm.dirty_bytes", "vm.dirty_ratio"},
    Effect{"vm.dirty_background_ratio", "vm.dirty_background_bytes"},
    Effect{"vm.dirty_background_bytes", "vm.dirty_background_ratio"},
    Effect{"vm.overcommit_ratio", "vm.overcommit_kbytes"},
    Effect{"vm.overcommit_kbytes", "vm.overcommit_ratio"},
    // proc_watchdog(), kernel/watchdog.c
    Effect{"kernel.watchdog", "kernel.nmi_watchdog"},
    Effect{"kernel.watchdog", "kernel.soft_watchdog"},
    Effect{"kernel.nmi_watchdog", "kernel.watchdog"},
    Effect{"kernel.soft_watchdog", "kernel.watchdog"},
    // perf_proc_update_handler(), perf_cpu_time_max_percent_handler(), kernel/events/core.c
    Effect{"kernel.perf_cpu_time_max_percent", "kernel.perf_event_max_sample_rate"}};

constexpr std::string_view interface_word = "IFACE";
constexpr std::string_view leaf_word = "LEAF";
constexpr std::string_view link_prefix = "link:";

struct Match {
  std::string interface;
  std::string leaf;
};

std::optional<Match> match(const std::vector<std::string>& components, std::string_view written) {
  const auto words = split(written, '.');
  if (words.size() != components.size()) return std::nullopt;
  Match found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == leaf_word) {
      found.leaf = components[i];
    } else if (words[i] == interface_word) {
      found.interface = sysctl_interface(components);
      if (found.interface.empty()) return std::nullopt;
    } else if (words[i] != components[i]) {
      return std::nullopt;
    }
  }
  return found;
}

std::string name_changed(std::string_view changed, const Match& found) {
  if (changed.starts_with(link_prefix)) {
    std::string name(changed);
    if (const auto at = name.find(interface_word); at != std::string::npos)
      name.replace(at, interface_word.size(), found.interface);
    return name;
  }
  std::vector<std::string> components;
  for (const auto word : split(changed, '.'))
    components.emplace_back(word == interface_word ? found.interface
                            : word == leaf_word    ? found.leaf
                                                   : word);
  return sysctl_key(components);
}

constexpr std::size_t fields_without_after = 6;
constexpr std::size_t fields_with_after = 7;

std::string format_target(const StepTarget& target) {
  const auto text = [&target](const std::string& name, const std::string& attribute,
                              std::int64_t index, const std::string& address) {
    return std::string(step_kind_id(target_kind(target))) + "\t" + escape_bytes(name) + "\t" +
           escape_bytes(attribute) + "\t" + std::to_string(index) + "\t" + escape_bytes(address);
  };
  if (const auto* link = std::get_if<LinkTarget>(&target))
    return text(link->interface, link->attribute, link->index, link->address);
  const auto* sysctl = std::get_if<SysctlTarget>(&target);
  return sysctl == nullptr ? std::string() : text(sysctl->name, {}, sysctl->index, sysctl->address);
}

std::optional<SideValue> parse_side(std::string_view line) {
  std::vector<std::string> fields;
  for (const auto field : split(line, '\t')) {
    auto plain = unescape_bytes(field);
    if (!plain) return std::nullopt;
    fields.push_back(std::move(*plain));
  }
  if (fields.size() != fields_without_after && fields.size() != fields_with_after)
    return std::nullopt;
  const auto index = parse_integer(fields[3]);
  if (!index) return std::nullopt;
  SideValue side;
  const auto kind = parse_step_kind(fields[0]);
  if (kind == StepKind::sysctl) {
    side.target = SysctlTarget{fields[1], *index, fields[4]};
  } else if (kind == StepKind::link) {
    side.target = LinkTarget{fields[1], *index, fields[4], fields[2]};
  } else {
    return std::nullopt;
  }
  side.before = fields[5];
  if (fields.size() == fields_with_after) side.after = fields[6];
  return side;
}

/// "cubic; allowed: reno cubic": the kernel allowed the new default, and nothing else.
OldValue parse_congestion_control(std::string_view text, std::string_view wanted) {
  constexpr std::string_view list_begins = "; allowed: ";
  const auto at = text.find(list_begins);
  if (at == std::string_view::npos) return {std::string(text), {}};
  const std::string before(text.substr(at + list_begins.size()));
  const auto words = split_words(before);
  const bool known = std::find(words.begin(), words.end(), wanted) != words.end();
  SideValue side{SysctlTarget{std::string(allowed_congestion_control_name)}, before,
                 known ? before : before + " " + std::string(wanted)};
  return {std::string(text.substr(0, at)), {std::move(side)}};
}

}  // namespace

std::vector<std::string> list_side_effects(const std::string& name) {
  std::vector<std::string> names;
  const auto components = parse_sysctl_name(name);
  if (!components) return names;
  for (const Effect& effect : effects) {
    if (const auto found = match(*components, effect.written))
      names.push_back(name_changed(effect.changed, *found));
  }
  return names;
}

bool is_word_list(std::string_view name) { return name == allowed_congestion_control_name; }

std::string format_old_value(const OldValue& old) {
  std::string text = old.value;
  for (const SideValue& side : old.sides) {
    const std::string target = format_target(side.target);
    if (target.empty()) continue;
    text += "\n" + target + "\t" + escape_bytes(side.before);
    if (side.after) text += "\t" + escape_bytes(*side.after);
  }
  return text;
}

OldValue parse_old_value(std::string_view text, std::string_view target, std::string_view wanted) {
  const auto lines = split(text, '\n');
  if (lines.size() == 1 && target == congestion_control_name)
    return parse_congestion_control(text, wanted);
  OldValue old{std::string(lines.front()), {}};
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (auto side = parse_side(lines[i])) old.sides.push_back(std::move(*side));
  }
  return old;
}

}  // namespace weir
