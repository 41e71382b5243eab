#include "model/precedence.h"

#include <algorithm>

namespace weir {
namespace {

/// Compares the end of the path: the files may belong to a mounted system.
bool is_sysctl_conf(const ConfigLine& line) { return line.file.ends_with(sysctl_conf); }
/// Debian's link to it. In these folders, a file of that name is always this link.
bool is_sysctl_conf_link(const ConfigLine& line) {
  return line.file.ends_with("/etc/sysctl.d/99-sysctl.conf");
}
bool is_last_for_procps(const ConfigLine& line) {
  return is_sysctl_conf(line) || is_sysctl_conf_link(line);
}

}  // namespace

bool is_glob_exclusion(const ConfigLine& line) { return line.ignore_error && line.value.empty(); }

std::map<std::string, Winners> find_winners(const std::vector<ConfigLine>& lines) {
  std::map<std::string, Winners> winners;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].key.empty() || is_glob_exclusion(lines[i])) continue;
    const auto [entry, first] = winners.try_emplace(lines[i].key, Winners{i, i});
    if (first) continue;
    Winners& best = entry->second;
    if (!is_sysctl_conf(lines[i]) || is_sysctl_conf(lines[best.systemd])) best.systemd = i;
    if (is_last_for_procps(lines[i]) || !is_last_for_procps(lines[best.procps])) best.procps = i;
  }
  return winners;
}

std::map<std::string, Winners> find_host_winners(const std::vector<ConfigLine>& lines) {
  auto winners = find_winners(lines);
  if (std::none_of(lines.begin(), lines.end(), is_sysctl_conf)) return winners;
  for (auto& entry : winners) entry.second.systemd = entry.second.procps;
  return winners;
}

}  // namespace weir
