#include "judge/host_files.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "base/integers.h"
#include "judge/cause.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// The process opens and closes descriptors while they are counted. A process counts as being at
/// its limit if it is this many below it, or a tenth of a very small limit.
constexpr std::int64_t files_of_slack = 4;
constexpr std::int64_t slack_divisor = 10;
/// Above this share a burst of ordinary size reaches the limit: weir's own threshold.
constexpr double near_limit_share = 0.9;

struct FileUse {
  const Process* process = nullptr;
  std::int64_t files = 0;
  std::int64_t limit = 0;
  const QueueView* queue = nullptr;  ///< the worst of the process's listeners
  bool at_limit = false;
};

/// The highest number of open files that the looks inside the window found.
std::int64_t find_most_files(const Window& window, std::int64_t pid) {
  std::int64_t most = 0;
  for (const OwnerState* look : find_owner_states(window, pid))
    most = std::max(most, look->files.value_or(0));
  return most;
}

/// The process's open files: the highest number of the window's two ends and the looks in between.
/// The load may be over when the end is read.
std::optional<FileUse> compute_file_use(const Window& window, const Process& process,
                                        std::int64_t most_inside) {
  if (!process.files || !process.file_limit || *process.file_limit <= 0) return std::nullopt;
  FileUse use;
  use.process = &process;
  use.files = *process.files;
  use.limit = *process.file_limit;
  const Process* before = find_before(window, process);
  if (before != nullptr && before->files && before->file_limit == process.file_limit)
    use.files = std::max(use.files, *before->files);
  if (before != nullptr) use.files = std::max(use.files, most_inside);
  use.at_limit = is_at_file_limit(use.files, use.limit);
  return use;
}

/// Answers about processes and listeners that are needed repeatedly. Each is computed once.
class FileUses {
 public:
  FileUses(const Window& window, const QueueViews& queues) : window_(window), queues_(queues) {}

  const std::optional<FileUse>& measure(const Process& process) {
    const auto known = uses_.find(&process);
    if (known != uses_.end()) return known->second;
    const auto [most, is_new] = most_inside_.try_emplace(process.pid, 0);
    if (is_new) most->second = find_most_files(window_, process.pid);
    return uses_.emplace(&process, compute_file_use(window_, process, most->second)).first->second;
  }

  /// Whether no process that accepts on the listener has room for another file.
  bool nobody_can_accept(const Listener& listener) {
    const auto [known, is_new] = without_room_.try_emplace(&listener, false);
    if (!is_new) return known->second;
    const auto& acceptors = find_acceptors(window_, listener);
    const bool full = std::all_of(acceptors.begin(), acceptors.end(), [&](const Process* process) {
      const auto& use = measure(*process);
      return use && use->at_limit;
    });
    return known->second = full && !acceptors.empty();
  }

  /// The process's listener that suffers most. Only listeners whose acceptors lack a file count.
  const QueueView* find_worst_queue(std::int64_t pid) {
    const auto [known, is_new] = worst_.try_emplace(pid, nullptr);
    if (!is_new) return known->second;
    const QueueView* worst = nullptr;
    const auto badness = [&](const QueueView& view) {
      return std::pair(suffers(view) && nobody_can_accept(*view.listener), view.overflows);
    };
    const Listener* const first = window_.end().sockets.listeners.data();
    for (const Listener* listener : window_.index().end.listeners_by_owner.all(pid)) {
      // The views are in the order of the listeners.
      const QueueView& queue = queues_.views[static_cast<std::size_t>(listener - first)];
      if (worst == nullptr || badness(queue) > badness(*worst)) worst = &queue;
    }
    return known->second = worst;
  }

 private:
  const Window& window_;
  const QueueViews& queues_;
  std::map<const Process*, std::optional<FileUse>> uses_;
  std::map<std::int64_t, std::int64_t> most_inside_;  ///< open files, by pid
  std::map<const Listener*, bool> without_room_;
  std::map<std::int64_t, const QueueView*> worst_;
};

Resource process_resource(const Window& window, const Process& process) {
  Resource resource;
  resource.kind = "process";
  resource.name = process_name(process.pid, process.command);
  resource.netns = window.end().provenance.place.netns;
  resource.pids = {process.pid};
  resource.identity = process_identity(window, process.pid);
  resource.command = process.command;
  return resource;
}

Finding compose_file_use(const Window& window, const std::vector<FileUse>& same,
                         Severity severity) {
  const FileUse& worst = same.front();
  Finding finding =
      make_finding(ids::host_file_limit, worst.at_limit ? "process" : "near", severity,
                   {{"process", worst.process->command},
                    {"pid", std::to_string(worst.process->pid)},
                    {"files", std::to_string(worst.files)},
                    {"limit", std::to_string(worst.limit)},
                    {"listener", worst.queue == nullptr ? "its listener"
                                                        : listener_name(*worst.queue->listener)}});
  finding.resource = process_resource(window, *worst.process);
  for (std::size_t i = 1; i < same.size(); ++i) {
    finding.also.push_back(process_resource(window, *same[i].process));
    finding.resource.pids.push_back(same[i].process->pid);
  }
  const std::string pid = std::to_string(worst.process->pid);
  finding.evidence.push_back(
      stands_at("proc", "open files of PID " + pid, std::to_string(worst.files)));
  finding.evidence.push_back(
      stands_at("proc", "RLIMIT_NOFILE of PID " + pid, std::to_string(worst.limit)));
  if (worst.process->file_limit_hard) {
    finding.evidence.push_back(stands_at("proc", "RLIMIT_NOFILE of PID " + pid + ", hard",
                                         std::to_string(*worst.process->file_limit_hard)));
  }
  return finding;
}

std::vector<Finding> judge_processes(const Window& window, const QueueViews& queues) {
  // Keys: command, severity, and whether the limit is reached.
  std::map<std::tuple<std::string, Severity, bool>, std::vector<FileUse>> merged;
  FileUses uses(window, queues);
  for (const auto& process : window.end().processes) {
    if (find_process(window, process.pid) != &process) continue;  // a pid that a file names twice
    auto use = uses.measure(process);
    if (!use) continue;
    const bool is_near =
        static_cast<double>(use->files) >= near_limit_share * static_cast<double>(use->limit);
    if (!is_near && !use->at_limit) continue;
    use->queue = uses.find_worst_queue(process.pid);
    if (use->queue == nullptr) continue;
    // Without a queue that suffers, being at the limit within the slack is a guess. The finding
    // then says "close to the limit".
    use->at_limit = use->at_limit && (suffers(*use->queue) || use->files >= use->limit);
    const bool is_starved =
        use->at_limit && suffers(*use->queue) && uses.nobody_can_accept(*use->queue->listener);
    merged[{process.command, is_starved ? Severity::critical : Severity::warning, use->at_limit}]
        .push_back(*use);
  }
  std::vector<Finding> findings;
  for (auto& same : merged) {
    std::stable_sort(
        same.second.begin(), same.second.end(), [](const FileUse& a, const FileUse& b) {
          return saturated_difference(a.limit, a.files) < saturated_difference(b.limit, b.files);
        });
    findings.push_back(compose_file_use(window, same.second, std::get<Severity>(same.first)));
  }
  return findings;
}

std::optional<Finding> judge_host(const Window& window) {
  const auto allocated = find_number(window.end().counters.tables, "files.allocated");
  const auto limit = find_number(window.end().counters.tables, "files.max");
  if (!allocated || !limit || *limit <= 0 ||
      static_cast<double>(*allocated) < near_limit_share * static_cast<double>(*limit))
    return std::nullopt;
  const bool is_full = is_at_file_limit(*allocated, *limit);
  Finding finding = make_finding(
      ids::host_file_limit, "host", is_full ? Severity::critical : Severity::warning,
      {{"allocated", std::to_string(*allocated)}, {"file_max", std::to_string(*limit)}});
  finding.resource.kind = "host";
  finding.resource.name = "open files";
  finding.evidence.push_back(stands_at("proc", "fs.file-nr allocated", std::to_string(*allocated)));
  finding.evidence.push_back(stands_at("sysctl", "fs.file-max", std::to_string(*limit)));
  return finding;
}

}  // namespace

bool is_at_file_limit(std::int64_t files, std::int64_t limit) {
  return files >= limit - std::min(files_of_slack, limit / slack_divisor);
}

std::vector<Finding> judge_files(const Case& given) {
  auto findings = judge_processes(given.window, given.queues);
  auto host = judge_host(given.window);
  if (host) findings.push_back(*std::move(host));
  return findings;
}

}  // namespace weir::judge
