// The name of a sysctl as its components: "net.ipv4.conf.eth0.100.rp_filter" is net, ipv4, conf, eth0.100, rp_filter.
// Not its file (act, kernel/wire) and not what is known of it (parameter.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weir {

/// Below conf and neigh, whatever stands before the last component is an interface's name; elsewhere dots separate. A "/" in the name stands for a dot
/// inside a component, as in sysctl(8). Nothing when a component is empty, "." or "..", or holds a zero byte.
[[nodiscard]] std::optional<std::vector<std::string>> parse_sysctl_name(const std::string& name);

/// With dots between the components, and "/" for a dot inside of one, as the lines of sysctl.d files are kept (ConfigLine::key).
[[nodiscard]] std::string sysctl_key(const std::vector<std::string>& components);

/// The interface of "net.ipv4.conf.IFACE.…" or "net.ipv6.neigh.IFACE.…"; empty where there is none. "all" and "default" are none.
[[nodiscard]] std::string sysctl_interface(const std::vector<std::string>& components);

}  // namespace weir
