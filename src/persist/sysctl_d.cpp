#include "persist/sysctl_d.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "model/precedence.h"
#include "model/sysctl_name.h"

namespace weir::persist {
namespace {

constexpr std::string_view sysctl_file_name = "99-weir.conf";
constexpr const char* head =
    "# Written by weir from its journal: `weir undo` takes lines out again. Put settings of your own into another file.\n";

/// Keys that exist only after a module is loaded. A key that ends with a dot or an underscore means
/// all keys with this beginning. Not in this list: congestion controls and queueing disciplines,
/// because the kernel loads them by itself (net/ipv4/tcp_cong.c, net/sched/sch_api.c).
struct ModuleKey {
  std::string_view key;
  std::string_view module;
};
constexpr std::array<ModuleKey, 6> module_keys{{{"net.netfilter.nf_conntrack_", "nf_conntrack"},
                                                {"net.nf_conntrack_max", "nf_conntrack"},
                                                {"net.bridge.", "br_netfilter"},
                                                {"net.mpls.", "mpls_router"},
                                                {"net.sctp.", "sctp"},
                                                {"net.ipv4.vs.", "ip_vs"}}};

std::string_view module_of(std::string_view name) {
  for (const ModuleKey& one : module_keys)
    if (name.starts_with(one.key)) return one.module;
  return {};
}

std::string key_of_line(const std::string& name) {
  const auto components = parse_sysctl_name(name);
  return components ? sysctl_key(*components) : std::string();
}

/// The name in the form of the file: a dot inside a component becomes a slash, because the first
/// separator decides (sysctl.d(5)).
std::string name_in_file(const std::string& name) {
  const auto components = parse_sysctl_name(name);
  if (!components) return name;
  const bool dotted =
      std::any_of(components->begin(), components->end(),
                  [](const std::string& part) { return part.find('.') != std::string::npos; });
  std::string text;
  for (const std::string& part : *components)
    text += (text.empty() ? "" : dotted ? "/" : ".") + part;
  return text;
}

/// One line, whatever the row contains.
std::string comment(const Row& row) {
  std::string text = "# Entry " + std::to_string(row.entry);
  if (!row.finding.empty()) text += ", " + escape_bytes(row.finding);
  return text + ": was " +
         (row.old_value.empty() ? "not known" : escape_bytes(single_spaced(row.old_value))) + "\n";
}

/// The rows without those that a later row replaces.
std::vector<Row> find_last(const std::vector<Row>& rows) {
  std::map<std::string, std::size_t> last;
  for (std::size_t i = 0; i < rows.size(); ++i) last[key_of_line(rows[i].name)] = i;
  std::vector<Row> kept;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (last[key_of_line(rows[i].name)] == i) kept.push_back(rows[i]);
  return kept;
}

std::string with_head(const std::string& body) {
  return body.empty() ? std::string() : head + body;
}

std::string compose_modules(const std::vector<Row>& rows) {
  std::map<std::string_view, std::set<std::string>> wanted;
  for (const Row& row : rows)
    if (const auto module = module_of(row.name); !module.empty()) wanted[module].insert(row.name);
  std::string text;
  for (const auto& [module, names] : wanted) {
    text += "\n# For";
    for (const std::string& name : names)
      text += (text.ends_with("For") ? " " : ", ") + escape_bytes(name);
    text += "\n" + std::string(module) + "\n";
  }
  return with_head(text);
}

/// The module option gives the table its size from the start. With the sysctl alone the kernel
/// would build the table twice (nf_conntrack_hash_resize()).
std::string compose_module_options(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows)
    if (row.name == conntrack_buckets_name)
      text +=
          "\n" + comment(row) + "options nf_conntrack hashsize=" + single_spaced(row.value) + "\n";
  return with_head(text);
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// ---- obstacles

/// False for names that sysctl.d(5) would not read as a name.
bool can_stand_as_name(const std::string& name) {
  constexpr std::string_view special = "=*?[]#;\\\"' \t";
  return !key_of_line(name).empty() && !name.starts_with('-') &&
         name.find_first_of(special) == std::string::npos && escape_bytes(name) == name;
}

bool can_stand_as_value(const std::string& value) {
  const bool printable = std::all_of(value.begin(), value.end(),
                                     [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); });
  return printable && !single_spaced(value).empty();
}

/// The lines of all files, with weir's own lines in their place, and the row of each of these.
struct Merged {
  std::vector<ConfigLine> lines;
  std::map<std::size_t, std::size_t> rows;  ///< line → row
};

Merged merge_files(const std::vector<Row>& rows, const std::vector<ConfigLine>& files) {
  Merged merged;
  const auto insert = [&] {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      merged.rows[merged.lines.size()] = i;
      merged.lines.push_back({sysctl_file, static_cast<std::int64_t>(i) + 1,
                              key_of_line(rows[i].name), single_spaced(rows[i].value), false});
    }
  };
  bool inserted = false;
  for (const ConfigLine& line : files) {
    const std::string name = base_name(line.file);
    // weir's file hides a file of the same name in another folder.
    if (name == sysctl_file_name) continue;
    if (!inserted && (line.file == sysctl_conf || name > sysctl_file_name)) {
      insert();
      inserted = true;
    }
    merged.lines.push_back(line);
  }
  if (!inserted) insert();
  return merged;
}

/// The line that overrides the row in one reading order, if its value differs.
const ConfigLine* find_victor(const Merged& merged, std::size_t winner, const Row& row) {
  const ConfigLine& line = merged.lines[winner];
  return merged.rows.count(winner) != 0 || single_spaced(line.value) == single_spaced(row.value)
             ? nullptr
             : &line;
}

std::string loses(const Row& row, const ConfigLine& line, const std::string& reader) {
  return row.name + " would be " + line.value + " after a reboot, not " + row.value + ": " +
         line.file + ":" + std::to_string(line.line) + " comes after " + sysctl_file + " when " +
         reader + " reads them; remove that line first";
}

void find_victors(const std::vector<Row>& rows, const BootConfiguration& boot,
                  std::vector<std::string>& obstacles) {
  const Merged merged = merge_files(rows, boot.lines);
  const auto winners = find_winners(merged.lines);
  for (const Row& row : rows) {
    const auto found = winners.find(key_of_line(row.name));
    if (found == winners.end()) continue;
    const ConfigLine* systemd =
        boot.systemd ? find_victor(merged, found->second.systemd, row) : nullptr;
    const ConfigLine* procps =
        boot.procps ? find_victor(merged, found->second.procps, row) : nullptr;
    if (systemd != nullptr)
      obstacles.push_back(
          loses(row, *systemd,
                procps == systemd ? "systemd-sysctl or `sysctl --system`" : "systemd-sysctl"));
    if (procps != nullptr && procps != systemd)
      obstacles.push_back(loses(row, *procps, "`sysctl --system`"));
  }
}

void find_interface_obstacle(const Row& row, const BootConfiguration& boot,
                             std::vector<std::string>& obstacles) {
  const auto components = parse_sysctl_name(row.name);
  const std::string interface = components ? sysctl_interface(*components) : std::string();
  if (interface.empty() || interface == "lo" || boot.interface_rule) return;
  obstacles.push_back(
      row.name + " cannot be set before " + interface +
      " exists, and nothing on this host sets it later: udev's rule 99-systemd.rules is missing");
}

}  // namespace

std::vector<File> compose_sysctl_files(const std::vector<Row>& rows) {
  const auto kept = find_last(rows);
  std::string text;
  for (const Row& row : kept)
    text += "\n" + comment(row) + name_in_file(row.name) + " = " + single_spaced(row.value) + "\n";
  // The last file's lines need the earlier files.
  return {{module_options_file, compose_module_options(kept)},
          {modules_file, compose_modules(kept)},
          {sysctl_file, with_head(text)}};
}

std::vector<std::string> find_sysctl_obstacles(const std::vector<Row>& rows,
                                               const BootConfiguration& boot) {
  std::vector<std::string> obstacles;
  if (!boot.systemd && !boot.procps)
    obstacles.emplace_back(
        "nothing on this host reads /etc/sysctl.d: neither systemd-sysctl nor procps' sysctl is installed");
  for (const NotSeen& hidden : boot.not_seen)
    obstacles.push_back("weir cannot see whether other files would override the lines: " +
                        hidden.what + ": " + hidden.why);
  for (const Row& row : rows) {
    if (!can_stand_as_name(row.name))
      obstacles.push_back("\"" + escape_bytes(row.name) +
                          "\" cannot be written in a sysctl.d file");
    if (!can_stand_as_value(row.value))
      obstacles.push_back("the value \"" + escape_bytes(row.value) + "\" of " +
                          escape_bytes(row.name) + " cannot be written in a sysctl.d file");
    find_interface_obstacle(row, boot, obstacles);
  }
  find_victors(find_last(rows), boot, obstacles);
  return obstacles;
}

}  // namespace weir::persist
