#include "sense/sysctls.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "kernel/wire/lines.h"
#include "kernel/wire/sysctl_conf.h"
#include "sense/rights.h"

namespace weir::sense {
namespace {

/// The folders below /proc/sys that are read, without their subfolders.
constexpr std::array parameter_folders{"net/core",
                                       "net/ipv4",
                                       "net/ipv4/conf/all",
                                       "net/ipv4/conf/default",
                                       "net/ipv4/neigh/default",
                                       "net/ipv4/route",
                                       "net/ipv6",
                                       "net/ipv6/route",
                                       "net/ipv6/neigh/default",
                                       "net/netfilter",
                                       "net/unix"};

constexpr std::array files{"fs/file-max",          "fs/nr_open",         "net/nf_conntrack_max",
                           "kernel/pid_max",       "kernel/threads-max", "vm/max_map_count",
                           "vm/overcommit_memory", "vm/min_free_kbytes"};

/// Folders, files that can only be written, and secrets.
constexpr std::array left_out{"conf",
                              "neigh",
                              "route",
                              "vs",
                              "icmp",
                              "nf_log",
                              "flush",
                              "tcp_fastopen_key",
                              "fib_multipath_hash_seed",
                              "netdev_rss_key",
                              "stable_secret"};

constexpr std::size_t max_value = 4096;
constexpr std::size_t named_at_most = 3;

bool is_left_out(std::string_view name) {
  return std::find(left_out.begin(), left_out.end(), name) != left_out.end();
}

std::string dotted(std::string_view path) {
  std::string name(path);
  for (char& letter : name) {
    if (letter == '/') letter = '.';
  }
  return name;
}

/// The words of the value with single blanks between them. Several lines are joined too.
std::string tidy(std::string_view text) {
  std::string value;
  wire::WordReader words(text.substr(0, max_value));
  for (auto word = words.next(); !word.empty(); word = words.next()) {
    if (!value.empty()) value += ' ';
    value += word;
  }
  return escape_bytes(value);
}

class SysctlReading {
 public:
  explicit SysctlReading(FileReader& reader) : reader_(reader) {}

  void read_file(std::string_view path) {
    const auto text = reader_.read("/proc/sys/" + std::string(path));
    if (text.ok()) {
      sysctls.emplace(dotted(path), tidy(*text));
    } else if (text.error().code == ErrorCode::not_permitted) {
      denied.push_back(dotted(path));
    }
  }

  void read_folder(const std::string& folder) {
    const auto names = reader_.files().list("/proc/sys/" + folder);
    if (!names.ok()) return;
    std::string path = folder + "/";
    for (const auto& name : *names) {
      if (is_left_out(name)) continue;
      path.resize(folder.size() + 1);
      path += name;
      read_file(path);
    }
  }

  Sysctls sysctls;
  std::vector<std::string> denied;

 private:
  FileReader& reader_;
};

NotSeen describe_denied(kernel::Files& proc, const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), named_at_most); ++i)
    list += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > named_at_most) list += ", …";
  return {Subject::settings,
          std::to_string(names.size()) + (names.size() == 1 ? " parameter (" : " parameters (") +
              list + ")",
          explain_denied_parameters(proc)};
}

}  // namespace

Sysctls read_sysctls(FileReader& reader, std::vector<NotSeen>& not_seen) {
  SysctlReading reading(reader);
  for (const char* folder : parameter_folders) reading.read_folder(folder);
  for (const char* file : files) reading.read_file(file);
  if (!reading.denied.empty()) not_seen.push_back(describe_denied(reader.files(), reading.denied));
  return std::move(reading.sysctls);
}

void read_configured_sysctls(FileReader& reader, const std::vector<ConfigLine>& configuration,
                             Sysctls& sysctls) {
  SysctlReading reading(reader);
  for (const auto& line : configuration) {
    const bool is_plain = !line.key.empty() && line.key.find_first_of("*?[\\") == std::string::npos;
    if (!is_plain || sysctls.count(line.key) != 0 ||
        is_left_out(line.key.substr(line.key.rfind('.') + 1)))
      continue;
    const std::string path = wire::sysctl_path(line.key);
    if (path.find("..") != std::string::npos) continue;  // a name that leads out of /proc/sys
    const auto text = reader.read(path);
    if (text.ok()) sysctls.emplace(line.key, tidy(*text));
  }
}

}  // namespace weir::sense
