#include "sense/configuration.h"

#include <array>
#include <iterator>
#include <map>

#include "base/text.h"
#include "kernel/wire/sysctl_conf.h"

namespace weir::sense {
namespace {

constexpr std::array folders{"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"};
constexpr const char* main_file = "/etc/sysctl.conf";
constexpr std::array systemd_marks{"/usr/lib/systemd/systemd-sysctl", "/lib/systemd/systemd-sysctl"};
constexpr std::size_t max_file = std::size_t{1} << 20U;

/// File name → path, in the order of the names.
std::map<std::string, std::string> collect_files(kernel::Files& files) {
  std::map<std::string, std::string> chosen;
  for (const std::string folder : folders) {
    const auto names = files.list(folder);
    if (!names.ok()) continue;
    std::string path = folder + "/";
    for (const auto& name : *names) {
      if (!name.ends_with(".conf")) continue;
      path.resize(folder.size() + 1);
      path += name;
      chosen.emplace(name, path);
    }
  }
  return chosen;
}

void append(std::vector<ConfigLine>&& more, std::vector<ConfigLine>& lines) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

bool exists(kernel::Files& files, const std::string& path) {
  const auto slash = path.rfind('/');
  const auto names = files.list(path.substr(0, slash));
  if (!names.ok()) return false;
  const auto name = path.substr(slash + 1);
  for (const auto& found : *names) {
    if (found == name) return true;
  }
  return false;
}

}  // namespace

Precedence detect_precedence(kernel::Files& files) {
  for (const char* mark : systemd_marks) {
    if (exists(files, mark)) return Precedence::systemd;
  }
  return Precedence::procps;
}

std::vector<ConfigLine> read_configuration(kernel::Files& files, Precedence precedence, std::vector<NotSeen>& not_seen) {
  std::vector<ConfigLine> lines;
  const auto add = [&](const std::string& path) {
    auto more = read_configuration_files(files, {path});
    if (more.ok()) {
      append(std::move(more).value(), lines);
    } else if (more.error().code != ErrorCode::not_found) {
      not_seen.push_back({"the settings in " + path, more.error().message, {"host.setting-removed", "host.setting-overridden", "host.setting-inert"}});
    }
  };
  for (const auto& [name, path] : collect_files(files)) {
    const auto link = files.read_link(path);
    if (link.ok() && *link == "/dev/null") continue;
    add(path);
  }
  if (precedence == Precedence::procps) {
    add(main_file);
  }
  return lines;
}

Result<std::vector<ConfigLine>> read_configuration_files(kernel::Files& files, const std::vector<std::string>& paths) {
  std::vector<ConfigLine> lines;
  for (const auto& path : paths) {
    WEIR_TRY(const auto text, kernel::read_text(files, path, max_file));
    append(wire::parse_sysctl_conf(path, text), lines);
  }
  return lines;
}

}  // namespace weir::sense
