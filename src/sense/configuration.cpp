#include "sense/configuration.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "base/text.h"
#include "kernel/wire/sysctl_conf.h"
#include "model/precedence.h"

namespace weir::sense {
namespace {

constexpr std::array conf_folders{"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d",
                                  "/usr/lib/sysctl.d", "/lib/sysctl.d"};
constexpr std::array systemd_marks{"/usr/lib/systemd/systemd-sysctl",
                                   "/lib/systemd/systemd-sysctl"};
constexpr std::array procps_marks{"/usr/sbin/sysctl", "/sbin/sysctl"};
/// The order in which udev reads files of one name (udev(7)).
constexpr std::array rule_folders{"/etc/udev/rules.d", "/run/udev/rules.d",
                                  "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d",
                                  "/lib/udev/rules.d"};
constexpr const char* interface_rules = "/99-systemd.rules";
/// From the line for network interfaces in systemd's file: it runs systemd-sysctl for the keys of
/// the new interface.
constexpr const char* interface_prefix = "systemd-sysctl --prefix=/net/ipv4/conf/$name";
constexpr std::size_t max_file = std::size_t{1} << 20U;

/// File name → path, in the order of the names.
std::map<std::string, std::string> collect_files(kernel::Files& files) {
  std::map<std::string, std::string> chosen;
  for (const std::string folder : conf_folders) {
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

void append_lines(std::vector<ConfigLine>&& more, std::vector<ConfigLine>& lines) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
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

template <class Paths>
bool any_exists(kernel::Files& files, const Paths& paths) {
  return std::any_of(paths.begin(), paths.end(),
                     [&files](const char* path) { return exists(files, path); });
}

/// Only the first file of that name counts, even if it is empty.
bool has_interface_rule(kernel::Files& files) {
  for (const std::string folder : rule_folders) {
    const auto text = kernel::read_text(files, folder + interface_rules, max_file);
    if (text.ok()) return text->find(interface_prefix) != std::string::npos;
  }
  return false;
}

}  // namespace

Precedence detect_precedence(kernel::Files& files) {
  return any_exists(files, systemd_marks) ? Precedence::systemd : Precedence::procps;
}

BootConfiguration read_boot_configuration(kernel::Files& files) {
  BootConfiguration boot;
  boot.systemd = any_exists(files, systemd_marks);
  boot.procps = any_exists(files, procps_marks);
  boot.interface_rule = has_interface_rule(files);
  boot.lines = read_configuration(files, Precedence::procps, boot.not_seen);
  return boot;
}

std::vector<ConfigLine> read_configuration(kernel::Files& files, Precedence precedence,
                                           std::vector<NotSeen>& not_seen) {
  std::vector<ConfigLine> lines;
  const auto add = [&](const std::string& path) {
    auto more = read_configuration_files(files, {path});
    if (more.ok()) {
      append_lines(std::move(more).value(), lines);
    } else if (more.error().code != ErrorCode::not_found) {
      not_seen.push_back({Subject::configuration, "the settings in " + path, more.error().message});
    }
  };
  for (const auto& [name, path] : collect_files(files)) {
    const auto link = files.read_link(path);
    if (link.ok() && *link == "/dev/null") continue;
    add(path);
  }
  if (precedence == Precedence::procps) {
    add(sysctl_conf);
  }
  return lines;
}

Result<std::vector<ConfigLine>> read_configuration_files(kernel::Files& files,
                                                         const std::vector<std::string>& paths) {
  std::vector<ConfigLine> lines;
  for (const auto& path : paths) {
    WEIR_TRY(const auto text, kernel::read_text(files, path, max_file));
    append_lines(wire::parse_sysctl_conf(path, text), lines);
  }
  return lines;
}

}  // namespace weir::sense
