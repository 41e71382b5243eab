// The name of a sysctl as its components: "net.ipv4.conf.eth0.100.rp_filter" is net, ipv4, conf,
// eth0.100, rp_filter. Not its file (act, kernel/wire) and not what is known of it (parameter.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weir {

/// The sysctl of the size of connection tracking's hash.
inline constexpr const char* conntrack_buckets_name = "net.netfilter.nf_conntrack_buckets";

/// Below conf and neigh, whatever stands before the last component is an interface's name;
/// elsewhere dots separate. A "/" in the name stands for a dot inside a component; where a "/"
/// comes first, it separates, and a dot stands for itself, as in sysctl(8). Nothing when a
/// component is empty, "." or "..", or holds a zero byte.
[[nodiscard]] std::optional<std::vector<std::string>> parse_sysctl_name(const std::string& name);

/// With dots between the components, and "/" for a dot inside of one, as the lines of sysctl.d
/// files are kept (ConfigLine::key).
[[nodiscard]] std::string sysctl_key(const std::vector<std::string>& components);

/// The one spelling of a name that weir keeps, sysctl_key(): "net.ipv4.conf.d0.100.rp_filter",
/// "net.ipv4.conf.d0/100.rp_filter" and "net/ipv4/conf/d0.100/rp_filter" are the second. What is no
/// name stays as it is.
[[nodiscard]] std::string canonical_sysctl_name(const std::string& name);

/// The interface of "net.ipv4.conf.IFACE.…" or "net.ipv6.neigh.IFACE.…"; empty where there is none.
/// "all" and "default" are none.
[[nodiscard]] std::string sysctl_interface(const std::vector<std::string>& components);
/// The same components with another interface in that place, which must be there.
[[nodiscard]] std::vector<std::string> with_sysctl_interface(std::vector<std::string> components,
                                                             const std::string& interface);

}  // namespace weir
