#include "sense/processes.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "kernel/wire/process.h"

namespace weir::sense {
namespace {

constexpr std::array unified_roots{"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
constexpr std::array cpu_roots{"/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct",
                               "/sys/fs/cgroup/cpuacct,cpu"};
constexpr std::size_t max_cgroup_path = 4096;

std::string process_folder(std::int64_t pid) { return "/proc/" + std::to_string(pid); }

/// cpu.stat of the cgroup or of its nearest ancestor whose quota has had a period. If none has had
/// one, any cpu.stat without a period.
class ThrottlingReader {
 public:
  explicit ThrottlingReader(FileReader& reader) : reader_(reader) {}

  std::optional<CpuThrottling> read(const std::string& cgroup, bool unified) {
    const std::string key = (unified ? "2" : "1") + cgroup;
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    const auto found = unified ? search(unified_roots, cgroup) : search(cpu_roots, cgroup);
    known_.emplace(key, found);
    return found;
  }

 private:
  template <class Roots>
  std::optional<CpuThrottling> search(const Roots& roots, const std::string& cgroup) {
    // outside the cgroup namespace
    if (cgroup.size() > max_cgroup_path || cgroup.find("/..") != std::string::npos)
      return std::nullopt;
    std::optional<CpuThrottling> without_period;
    for (const char* root : roots) {
      std::string path = cgroup == "/" ? "" : cgroup;
      while (true) {
        const auto found = wire::parse_cpu_stat(reader_.read_or_empty(root + path + "/cpu.stat"));
        if (found && found->periods > 0) return found;
        if (found && !without_period) without_period = found;
        if (path.empty()) break;
        path.resize(path.rfind('/'));
      }
    }
    return without_period;
  }

  FileReader& reader_;
  std::map<std::string, std::optional<CpuThrottling>> known_;
};

std::optional<Thread> read_thread(FileReader& reader, const std::string& folder) {
  const auto text = reader.read(folder + "/stat");
  if (!text.ok()) return std::nullopt;
  const auto stat = wire::parse_process_stat(*text);
  if (!stat.ok()) return std::nullopt;
  Thread thread{stat->id, stat->state, stat->cpu, {}};
  if (thread.state != 'R') {
    const auto wait = trim(reader.read_or_empty(folder + "/wchan"));
    if (wait != "0") thread.wait = escape_bytes(wait);
  }
  return thread;
}

std::optional<Process> read_process(FileReader& reader, ThrottlingReader& throttling,
                                    std::int64_t pid) {
  const std::string folder = process_folder(pid);
  const auto text = reader.read(folder + "/stat");
  if (!text.ok()) return std::nullopt;
  const auto stat = wire::parse_process_stat(*text);
  if (!stat.ok()) return std::nullopt;
  Process process;
  process.pid = pid;
  process.parent = stat->parent;
  process.start_time = stat->start_time;
  process.command = stat->command;
  process.cpu = stat->cpu;
  const auto limits = wire::parse_file_limits(reader.read_or_empty(folder + "/limits"));
  process.file_limit = limits.soft;
  process.file_limit_hard = limits.hard;
  if (const auto files = reader.files().count(folder + "/fd"); files.ok()) process.files = *files;
  const auto cgroups = wire::parse_cgroup(reader.read_or_empty(folder + "/cgroup"));
  if (cgroups.cpu || cgroups.unified) {
    const std::string path = cgroups.cpu ? *cgroups.cpu : *cgroups.unified;
    process.throttling = throttling.read(path, !cgroups.cpu);
    process.cgroup = escape_bytes(path);
  }
  return process;
}

}  // namespace

std::vector<Thread> read_threads(FileReader& reader, std::int64_t pid, std::size_t limit) {
  std::vector<Thread> threads;
  std::string path = process_folder(pid) + "/task";
  const auto names = reader.files().list_first(path, limit);
  if (!names.ok()) return threads;
  path += '/';
  const std::size_t folder_size = path.size();
  for (const auto& name : *names) {
    path.resize(folder_size);
    path += name;
    if (auto thread = read_thread(reader, path)) threads.push_back(std::move(*thread));
  }
  return threads;
}

std::vector<Process> read_processes(FileReader& reader, const std::set<std::int64_t>& pids,
                                    ProcessLimits& limits) {
  ThrottlingReader throttling(reader);
  std::vector<Process> processes;
  std::int64_t threads_left = limits.threads;
  for (const auto pid : pids) {
    if (static_cast<std::int64_t>(processes.size()) == limits.processes) {
      ++limits.dropped_processes;
      continue;
    }
    auto process = read_process(reader, throttling, pid);
    if (!process) continue;
    const auto limit = std::min(limits.threads_per_process, threads_left);
    process->threads = read_threads(reader, pid, static_cast<std::size_t>(limit) + 1);
    if (static_cast<std::int64_t>(process->threads.size()) > limit) {
      const auto all = reader.files().count(process_folder(pid) + "/task");
      process->threads.pop_back();
      limits.dropped_threads += std::max<std::int64_t>(1, all.value_or(0) - limit);
    }
    threads_left -= static_cast<std::int64_t>(process->threads.size());
    processes.push_back(std::move(*process));
  }
  return processes;
}

}  // namespace weir::sense
