// sysctl.conf and sysctl.d files: a text → its assignments, as systemd-sysctl and procps read them.
// Not the order of files, and not whether the kernel has such a parameter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/config_line.h"

namespace weir::wire {

/// A longer line is reported instead of read. procps 3.3 cuts lines at 4,096 bytes.
inline constexpr std::size_t max_config_line = 4096;

/// The assignments in order. Comments (`#` or `;` at the beginning) and empty lines are left out. A
/// line that is not an assignment, or is too long, has an empty key and its text as the value.
/// "-key" without "=", which excludes the key from systemd's globs, has an empty value. Keys are
/// dotted; `*` and `?` of systemd's globs stay. Bytes are escaped.
[[nodiscard]] std::vector<ConfigLine> parse_sysctl_conf(const std::string& file,
                                                        std::string_view text);

/// A key as systemd-sysctl normalises it: the first `/` or `.` decides the separator, and the other
/// character is part of a name, e.g. an interface "eth0.1". The result is dotted, with `/` for a
/// dot inside a name: "net/ipv4/conf/eth0.1/rp_filter" becomes "net.ipv4.conf.eth0/1.rp_filter".
[[nodiscard]] std::string normalise_sysctl_key(std::string_view key);

/// The file of a dotted name below /proc/sys: the inverse of normalise_sysctl_key().
[[nodiscard]] std::string sysctl_path(std::string_view dotted);

}  // namespace weir::wire
