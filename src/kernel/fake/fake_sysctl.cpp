#include "kernel/fake/fake_sysctl.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "kernel/fake/fake_ethtool.h"

namespace weir::kernel {
namespace {

constexpr const char* ip_forward_path = "/proc/sys/net/ipv4/ip_forward";
constexpr const char* ipv4_folder = "/proc/sys/net/ipv4/conf/";
constexpr const char* ipv6_folder = "/proc/sys/net/ipv6/conf/";

/// "/proc/sys/net/ipv4/conf/", "eth0" and "forwarding".
struct InterfaceKey {
  std::string folder;
  std::string name;  ///< of an interface, "all" or "default"
  std::string leaf;
};

std::optional<InterfaceKey> parse_interface_key(const std::string& path) {
  constexpr std::size_t parts = 8;  // nothing, proc, sys, net, ipv4, conf, eth0, forwarding
  const auto words = split(path, '/');
  if (words.size() != parts || words[3] != "net" || (words[5] != "conf" && words[5] != "neigh"))
    return std::nullopt;
  const std::size_t rest = words[6].size() + 1 + words[7].size();
  return InterfaceKey{path.substr(0, path.size() - rest), std::string(words[6]),
                      std::string(words[7])};
}

bool is_switched_on(const std::string& text) { return parse_integer(trim(text)).value_or(0) != 0; }

/// Changes the file only if the test made it.
void set_file(FakeTree& tree, const std::string& path, const std::string& text) {
  if (const auto file = tree.files.find(path); file != tree.files.end()) file->second = text;
}

/// Calls `change` with the name of each interface that has the key, and with the key's text.
template <class Change>
void change_interfaces(FakeTree& tree, const std::string& folder, const std::string& leaf,
                       const Change& change) {
  for (auto file = tree.files.lower_bound(folder);
       file != tree.files.end() && file->first.starts_with(folder); ++file) {
    const auto words = split(std::string_view(file->first).substr(folder.size()), '/');
    if (words.size() != 2 || words[1] != leaf || words[0] == "all" || words[0] == "default")
      continue;
    change(std::string(words[0]), file->second);
  }
}

/// devinet_sysctl_forward() and inet_forward_change(), net/ipv4/devinet.c; ctl_forward_entry there
/// makes ip_forward and all/forwarding one value.
void change_ipv4_forwarding(FakeState& state, const std::string& text) {
  const std::string folder = ipv4_folder;
  set_file(state, ip_forward_path, text);
  set_file(state, folder + "all/forwarding", text);
  set_file(state, folder + "all/accept_redirects", is_switched_on(text) ? "0\n" : "1\n");
  set_file(state, folder + "default/forwarding", text);
  change_interfaces(state, folder, "forwarding",
                    [&](const std::string& /*name*/, std::string& value) { value = text; });
  if (!is_switched_on(text)) return;
  for (auto& [name, nic] : state.nics) disable_large_receive(nic);
}

/// devinet_sysctl_forward(), net/ipv4/devinet.c; dev_forward_change(), net/ipv6/addrconf.c.
void forward_interface(FakeState& state, const std::string& interface) {
  const auto nic = state.nics.find(interface);
  if (nic != state.nics.end()) disable_large_receive(nic->second);
}

/// addrconf_ifdown(), net/ipv6/addrconf.c, with rt6_disable_ip(), net/ipv6/route.c.
void remove_ipv6(FakeState& state, const std::string& interface) {
  for (const char* path : {"/proc/net/if_inet6", "/proc/net/ipv6_route"}) {
    const auto file = state.files.find(path);
    if (file == state.files.end()) continue;
    std::string kept;
    for (const auto line : split(file->second, '\n')) {
      const auto words = split_words(line);
      if (!words.empty() && words.back() != interface) kept.append(line).append("\n");
    }
    file->second = kept;
  }
  for (const Link& link : state.network_links) {
    if (link.name != interface) continue;
    std::erase_if(state.addresses, [&](const wire::InterfaceAddress& address) {
      return address.family == Family::ipv6 && address.link == link.index;
    });
    std::erase_if(state.routes, [&](const wire::Route& route) {
      return route.family == Family::ipv6 && !route.hops.empty() &&
             std::all_of(route.hops.begin(), route.hops.end(),
                         [&](const wire::NextHop& hop) { return hop.link == link.index; });
    });
  }
}

/// addrconf_notify(), net/ipv6/addrconf.c: the MTU is that of the interface again.
void start_ipv6(FakeState& state, const std::string& interface) {
  constexpr std::int64_t least_mtu = 1280;  // IPV6_MIN_MTU
  for (const Link& link : state.network_links)
    if (link.name == interface && link.up && link.mtu >= least_mtu)
      set_file(state, ipv6_folder + interface + "/mtu", std::to_string(link.mtu) + "\n");
}

/// The effects of an interface's own key: addrconf_fixup_forwarding(), addrconf_disable_ipv6(),
/// net/ipv6/addrconf.c.
void follow_ipv6_key(FakeState& state, const std::string& interface, const std::string& leaf,
                     bool was, bool is) {
  if (was == is) return;
  if (leaf == "forwarding" && is) forward_interface(state, interface);
  if (leaf == "disable_ipv6" && is) remove_ipv6(state, interface);
  if (leaf == "disable_ipv6" && !is) start_ipv6(state, interface);
}

/// addrconf_fixup_forwarding(), addrconf_disable_ipv6(), addrconf_fixup_linkdown(),
/// net/ipv6/addrconf.c: "all" is copied to "default" and to each interface.
bool reaches_all(const std::string& leaf) {
  return leaf == "forwarding" || leaf == "disable_ipv6" || leaf == "ignore_routes_with_linkdown";
}

void change_ipv6_key(FakeState& state, const InterfaceKey& key, const std::string& old,
                     const std::string& text) {
  if (!reaches_all(key.leaf) || key.name == "default") return;
  if (key.name != "all")
    return follow_ipv6_key(state, key.name, key.leaf, is_switched_on(old), is_switched_on(text));
  set_file(state, key.folder + "default/" + key.leaf, text);
  change_interfaces(state, key.folder, key.leaf, [&](const std::string& name, std::string& value) {
    const bool was = is_switched_on(std::exchange(value, text));
    follow_ipv6_key(state, name, key.leaf, was, is_switched_on(text));
  });
}

/// DEVINET_SYSCTL_FLUSHING_ENTRY, net/ipv4/devinet.c: these are not copied from "default".
bool is_flushing(const std::string& leaf) {
  constexpr std::array<std::string_view, 5> leaves{"disable_xfrm", "disable_policy",
                                                   "promote_secondaries", "route_localnet",
                                                   "drop_unicast_in_l2_multicast"};
  return std::find(leaves.begin(), leaves.end(), leaf) != leaves.end();
}

/// devinet_conf_proc() and devinet_copy_dflt_conf(), net/ipv4/devinet.c; neigh_proc_update() and
/// neigh_copy_dflt_parms(), net/core/neighbour.c: an interface follows "default" until its own key
/// is written.
void follow_default(FakeTree& tree, const InterfaceKey& key, const std::string& text) {
  tree.own_keys.insert(key.folder + key.name + "/" + key.leaf);
  if (key.name != "default") return;
  change_interfaces(tree, key.folder, key.leaf, [&](const std::string& name, std::string& value) {
    if (tree.own_keys.count(key.folder + name + "/" + key.leaf) == 0) value = text;
  });
}

void change_ipv4_key(FakeState& state, const InterfaceKey& key, const std::string& old,
                     const std::string& text) {
  if (key.leaf != "forwarding") {
    if (!is_flushing(key.leaf)) follow_default(state, key, text);
  } else if (key.name == "all") {
    if (old != text) change_ipv4_forwarding(state, text);
  } else if (key.name != "default" && is_switched_on(text)) {
    forward_interface(state, key.name);
  }
}

/// A key whose write sets another key to 0.
struct Rival {
  std::string_view path;
  std::string_view zeroed;
  std::int64_t least = 0;  ///< a smaller value is refused
  bool always = true;      ///< even if the value stays the same
};

constexpr std::array rivals{
    // dirty_ratio_handler() and the three beside it, mm/page-writeback.c; dirty_bytes_min there is
    // two pages.
    Rival{"/proc/sys/vm/dirty_ratio", "/proc/sys/vm/dirty_bytes", 0, false},
    Rival{"/proc/sys/vm/dirty_bytes", "/proc/sys/vm/dirty_ratio", 8192, false},
    Rival{"/proc/sys/vm/dirty_background_ratio", "/proc/sys/vm/dirty_background_bytes"},
    Rival{"/proc/sys/vm/dirty_background_bytes", "/proc/sys/vm/dirty_background_ratio", 1},
    // overcommit_ratio_handler(), overcommit_kbytes_handler(), mm/util.c
    Rival{"/proc/sys/vm/overcommit_ratio", "/proc/sys/vm/overcommit_kbytes"},
    Rival{"/proc/sys/vm/overcommit_kbytes", "/proc/sys/vm/overcommit_ratio"}};

}  // namespace

Status write_sysctl(FakeState& state, const std::string& path, const std::string& text) {
  const auto* const rival = std::find_if(rivals.begin(), rivals.end(),
                                         [&](const Rival& one) { return one.path == path; });
  if (rival != rivals.end() && parse_integer(trim(text)).value_or(0) < rival->least)
    return make_error(ErrorCode::io, "cannot write " + path + ": Invalid argument");
  const std::string old = std::exchange(state.files.at(path), text);
  if (rival != rivals.end() && (rival->always || old != text))
    set_file(state, std::string(rival->zeroed), "0\n");
  if (path == ip_forward_path && old != text) change_ipv4_forwarding(state, text);
  const auto key = parse_interface_key(path);
  if (!key) return {};
  if (key->folder == ipv4_folder) {
    change_ipv4_key(state, *key, old, text);
  } else if (key->folder == ipv6_folder) {
    change_ipv6_key(state, *key, old, text);
  } else {
    follow_default(state, *key, text);
  }
  return {};
}

}  // namespace weir::kernel
