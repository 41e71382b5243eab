// The name of a sysctl as its components: "net.ipv4.conf.eth0.100.rp_filter" is net, ipv4, conf,
// eth0.100, rp_filter. Not its file (act, kernel/wire) and not the knowledge about it
// (parameter.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weir {

/// The sysctl of the size of connection tracking's hash.
inline constexpr const char* conntrack_buckets_name = "net.netfilter.nf_conntrack_buckets";

/// Below conf and neigh, everything before the last component is an interface's name; elsewhere
/// dots separate components. A "/" in the name means a dot inside a component. If a "/" comes
/// first, it separates, and a dot is a plain dot, as in sysctl(8). Nothing if a component is empty,
/// "." or "..", or holds a zero byte.
[[nodiscard]] std::optional<std::vector<std::string>> parse_sysctl_name(const std::string& name);

/// With dots between the components, and "/" for a dot inside of one: the format of
/// ConfigLine::key.
[[nodiscard]] std::string sysctl_key(const std::vector<std::string>& components);

/// The only spelling of a name that weir stores, sysctl_key(): "net.ipv4.conf.d0.100.rp_filter",
/// "net.ipv4.conf.d0/100.rp_filter" and "net/ipv4/conf/d0.100/rp_filter" become the second. A text
/// that is not a name stays as it is.
[[nodiscard]] std::string canonical_sysctl_name(const std::string& name);

/// The interface of "net.ipv4.conf.IFACE.…" or "net.ipv6.neigh.IFACE.…"; empty for other names,
/// "all" and "default".
[[nodiscard]] std::string sysctl_interface(const std::vector<std::string>& components);
/// The same components with another interface in that place, which must exist.
[[nodiscard]] std::vector<std::string> with_sysctl_interface(std::vector<std::string> components,
                                                             const std::string& interface);

}  // namespace weir
