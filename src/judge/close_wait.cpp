#include "judge/close_wait.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "judge/host_files.h"
#include "judge/socket_groups.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// This many sockets that stay in CLOSE_WAIT through a whole window are not requests that the
/// server is just finishing: weir's own threshold. A proxy under churn shows hundreds for some
/// milliseconds, and none of them lasts.
constexpr std::int64_t leak_least = 50;
/// A shorter window alone does not prove that a socket lasts.
constexpr double lasting_seconds = 2;
/// Sockets of a connection pool stay in CLOSE_WAIT until the pool looks at them again. Above this
/// number it is not a pool: weir's own threshold.
constexpr std::int64_t pool_most = 500;
/// A pool's number rises and falls by a few. A leak grows by more than this in one window.
constexpr std::int64_t growth_least = 5;
/// Fewer sockets than `leak_least`, but older than a minute: reported as a notice.
constexpr std::int64_t few_least = 10;
/// Sockets in CLOSE_WAIT that hold at least half of a process's files are the reason why the
/// process is at its limit.
constexpr std::int64_t cause_divisor = 2;

/// The CLOSE_WAIT sockets of one process, or of one group whose owner weir could not see.
struct Leak {
  std::vector<GroupOwner> owners;
  std::map<std::int64_t, std::size_t> places;  ///< the owners' positions in `owners`, by pid
  std::string ends;
  std::int64_t port = 0;
  /// `incoming` and `outgoing` count those that lasted
  std::int64_t count = 0, incoming = 0, outgoing = 0;
  std::int64_t old = 0, very_old = 0, unread = 0;
  std::int64_t growth = 0;
  Nanoseconds oldest = {};
};

/// The sockets that a process holds. A socket without an inode waits for accept().
std::int64_t count_held(const SocketGroup& group) {
  return std::max<std::int64_t>(saturated_difference(group.count, group.orphans), 0);
}

void add_group(Leak& leak, const Window& window, const SocketGroup& group) {
  const auto held = count_held(group);
  const auto lasting = std::clamp<std::int64_t>(
      window.start() == nullptr ? group.older_than_10_s : group.lasting, 0, held);
  const auto add = [](std::int64_t& sum, std::int64_t value) {
    sum = saturated_sum(sum, std::max<std::int64_t>(value, 0));
  };
  add(leak.count, held);
  add(group.incoming ? leak.incoming : leak.outgoing, lasting);
  add(leak.old, std::min(group.older_than_10_s, held));
  add(leak.very_old, std::min(group.older_than_60_s, held));
  add(leak.unread, group.unread);
  leak.oldest = std::max(leak.oldest, group.oldest);
  const SocketGroup* before = find_group_before(window, group);
  if (window.start() != nullptr)
    leak.growth = saturated_sum(
        leak.growth, saturated_difference(held, before == nullptr ? 0 : count_held(*before)));
  if (!leak.ends.empty()) leak.ends += ", ";
  leak.ends += group_name(group);
  if (leak.port == 0 && group.incoming) leak.port = group.port;
  for (const auto& owner : group.owners) {
    const auto [known, is_new] = leak.places.emplace(owner.pid, leak.owners.size());
    if (is_new) {
      leak.owners.push_back(owner);
    } else {
      auto& same = leak.owners[known->second];
      same.found = saturated_sum(same.found, owner.found);
    }
  }
}

std::vector<Leak> collect(const Window& window) {
  std::map<std::pair<std::int64_t, std::string>, Leak> leaks;
  for (const SocketGroup* group : find_groups(window, "CLOSE_WAIT")) {
    const bool owned = !group->owners.empty();
    add_group(
        leaks[{owned ? group->owners.front().pid : 0, owned ? std::string() : group_name(*group)}],
        window, *group);
  }
  std::vector<Leak> result;
  result.reserve(leaks.size());
  for (auto& leak : leaks) result.push_back(std::move(leak.second));
  return result;
}

/// The process that holds most of the sockets, if its files are known.
const Process* find_holder(const Window& window, const Leak& leak) {
  if (leak.owners.empty()) return nullptr;
  const Process* process = find_process(window, leak.owners.front().pid);
  return process != nullptr && process->files && process->file_limit && *process->file_limit > 0
             ? process
             : nullptr;
}

bool fills_the_files(const Window& window, const Leak& leak) {
  const Process* holder = find_holder(window, leak);
  if (holder == nullptr) return false;
  return is_at_file_limit(*holder->files, *holder->file_limit) &&
         leak.count >= *holder->files / cause_divisor;
}

std::optional<Conclusion> judge_leak(const Window& window, const Leak& leak) {
  const auto lasting = saturated_sum(leak.incoming, leak.outgoing);
  const bool lasts = window.seconds() >= lasting_seconds || leak.old >= leak_least;
  const bool pool_grows = leak.growth >= growth_least && leak.outgoing >= leak_least;
  if (lasts && lasting >= leak_least && fills_the_files(window, leak))
    return Conclusion{"limit", Severity::critical};
  // Clients that close their half and wait for the answer to a long job stay in this state, too.
  // But they do not stay for ever, and their number does not only grow.
  const bool leaks =
      leak.incoming >= leak_least && (leak.growth >= growth_least || leak.old >= leak_least);
  if (lasts && (leaks || pool_grows || leak.outgoing >= pool_most))
    return Conclusion{"", Severity::warning};
  if (leak.very_old >= few_least) return Conclusion{"few", Severity::notice};
  return std::nullopt;
}

std::map<std::string, std::string> collect_leak_facts(const Window& window, const Leak& leak) {
  const Process* holder = find_holder(window, leak);
  const auto growth = per_second(window, std::max<std::int64_t>(leak.growth, 0));
  return {
      {"process", describe_owners(leak.owners)},
      {"sockets", std::to_string(leak.count)},
      {"ends", leak.ends},
      {"age_s", decimal(std::max(to_seconds(leak.oldest), window.seconds()), 0)},
      {"growth_per_second", decimal(growth.value_or(0))},
      {"files", holder == nullptr ? "unknown" : std::to_string(*holder->files)},
      {"limit", holder == nullptr ? "unknown" : std::to_string(*holder->file_limit)},
  };
}

Finding compose_leak(const Window& window, const Leak& leak, const Conclusion& conclusion) {
  Finding finding = make_finding(ids::close_close_wait_leak, conclusion.variant,
                                 conclusion.severity, collect_leak_facts(window, leak));
  finding.resource = destination_resource(window, leak.ends, leak.port, leak.owners);
  finding.resource.kind = leak.owners.empty() ? "port" : "process";
  if (!leak.owners.empty()) {
    const GroupOwner& holder = leak.owners.front();
    finding.resource.name = process_name(holder.pid, holder.command);
    finding.resource.identity = process_identity(window, holder.pid);
  }
  if (leak.port == 0) finding.resource.port.reset();
  const auto evidence = [&](const char* name, std::int64_t value) {
    finding.evidence.push_back(stands_at("sock_diag", name, std::to_string(value)));
  };
  evidence("CLOSE_WAIT held", leak.count);
  if (leak.growth > 0)
    finding.evidence.push_back(moved("sock_diag", "CLOSE_WAIT held, growth", leak.growth, window));
  if (window.start() != nullptr)
    evidence("CLOSE_WAIT through the whole window", saturated_sum(leak.incoming, leak.outgoing));
  evidence("CLOSE_WAIT older than 10 s", leak.old);
  evidence("CLOSE_WAIT older than 60 s", leak.very_old);
  evidence("CLOSE_WAIT with unread data, or only an unread FIN", leak.unread);
  if (const Process* holder = find_holder(window, leak)) {
    const std::string pid = std::to_string(holder->pid);
    finding.evidence.push_back(
        stands_at("proc", "open files of PID " + pid, std::to_string(*holder->files)));
    finding.evidence.push_back(
        stands_at("proc", "RLIMIT_NOFILE of PID " + pid, std::to_string(*holder->file_limit)));
  }
  return finding;
}

}  // namespace

std::vector<Finding> judge_close_wait(const Window& window) {
  std::vector<Finding> findings;
  for (const auto& leak : collect(window)) {
    const auto conclusion = judge_leak(window, leak);
    if (conclusion) findings.push_back(compose_leak(window, leak, *conclusion));
  }
  return findings;
}

}  // namespace weir::judge
