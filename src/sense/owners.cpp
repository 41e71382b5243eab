#include "sense/owners.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/text.h"
#include "kernel/wire/process.h"

namespace weir::sense {
namespace {

// Servers open their listeners first. Only where a listener was not found among the first descriptors of any process are the rest looked at, those of the
// processes in its network namespace, and not without end: 65,536 links take 60 ms of CPU on the machine where it was measured.
constexpr std::size_t first_descriptors = 1024;
constexpr std::size_t later_descriptors = 65'536;

std::string descriptor_folder(std::int64_t pid) { return "/proc/" + std::to_string(pid) + "/fd"; }

/// One search through the processes' descriptors.
class Search {
 public:
  Search(kernel::Files& files, std::vector<Listener>& listeners, OwnerLimits& limits) : files_(files), listeners_(listeners), limits_(limits) {
    for (auto& listener : listeners_) {
      listener.owners.clear();
      if (listener.inode > 0) by_inode_.emplace(static_cast<std::uint64_t>(listener.inode), &listener);
    }
  }

  void run() {
    const auto names = files_.list("/proc");
    if (!names.ok()) return;
    for (const auto& name : *names) {
      if (const auto pid = parse_integer(name); pid && *pid > 0) search_process(*pid);
    }
    search_later_descriptors();
    for (auto& listener : listeners_) {
      std::sort(listener.owners.begin(), listener.owners.end());
      listener.owners.erase(std::unique(listener.owners.begin(), listener.owners.end()), listener.owners.end());
      const auto limit = static_cast<std::size_t>(limits_.per_listener);
      if (listener.owners.size() <= limit) continue;
      limits_.dropped += static_cast<std::int64_t>(listener.owners.size() - limit);
      listener.owners.resize(limit);
    }
  }

  [[nodiscard]] bool denied() const { return denied_; }

 private:
  void search_process(std::int64_t pid) {
    const auto names = files_.list_first(descriptor_folder(pid), first_descriptors);
    if (!names.ok()) {
      denied_ = denied_ || names.error().code == ErrorCode::not_permitted;
      return;
    }
    search_descriptors(pid, *names);
    if (names->size() == first_descriptors) unfinished_.push_back(pid);
  }

  /// What a process that may not be read holds would not be found here either.
  void search_later_descriptors() {
    if (denied_ || unfinished_.empty()) return;
    const auto netns = files_.read_link("/proc/thread-self/ns/net");
    std::size_t left = later_descriptors;
    for (const auto pid : unfinished_) {
      if (left == 0 || all_found()) return;
      const auto theirs = files_.read_link("/proc/" + std::to_string(pid) + "/ns/net");
      if (netns.ok() && theirs.ok() && *netns != *theirs) continue;
      auto names = files_.list_first(descriptor_folder(pid), first_descriptors + left);
      if (!names.ok()) continue;
      names->erase(names->begin(), names->begin() + static_cast<std::ptrdiff_t>(std::min(names->size(), first_descriptors)));
      left -= names->size();
      search_descriptors(pid, *names);
    }
  }

  void search_descriptors(std::int64_t pid, const std::vector<std::string>& names) {
    std::string path = descriptor_folder(pid) + "/";
    const std::size_t folder_size = path.size();
    for (const auto& name : names) {
      path.resize(folder_size);
      path += name;
      const auto target = files_.read_link(path);
      if (!target.ok() && target.error().code == ErrorCode::not_permitted) {
        denied_ = true;
        return;
      }
      if (!target.ok()) continue;  // closed meanwhile
      const auto inode = wire::parse_inode_link(*target, "socket");
      const auto found = inode ? by_inode_.find(*inode) : by_inode_.end();
      const auto number = parse_integer(name);
      if (found != by_inode_.end() && number) found->second->owners.push_back({pid, *number});
    }
  }

  [[nodiscard]] bool all_found() const {
    return std::all_of(listeners_.begin(), listeners_.end(), [](const Listener& listener) { return listener.inode == 0 || !listener.owners.empty(); });
  }

  kernel::Files& files_;
  std::vector<Listener>& listeners_;
  OwnerLimits& limits_;
  std::unordered_map<std::uint64_t, Listener*> by_inode_;
  std::vector<std::int64_t> unfinished_;
  bool denied_ = false;
};

bool still_owns(kernel::Files& files, const Owner& owner, const Listener& listener) {
  const auto target = files.read_link(descriptor_folder(owner.pid) + "/" + std::to_string(owner.fd));
  return target.ok() && wire::parse_inode_link(*target, "socket") == static_cast<std::uint64_t>(listener.inode);
}

/// Whether the owners of an earlier Snapshot could be taken over for every listener.
bool take_over(kernel::Files& files, std::vector<Listener>& listeners, const std::vector<Listener>& previous) {
  std::unordered_map<std::uint64_t, const Listener*> known;
  for (const auto& listener : previous) known.emplace(listener.cookie, &listener);
  for (auto& listener : listeners) {
    const auto found = known.find(listener.cookie);
    if (found == known.end() || found->second->inode != listener.inode) return false;
    for (const auto& owner : found->second->owners) {
      if (!still_owns(files, owner, listener)) return false;
    }
    listener.owners = found->second->owners;
  }
  return true;
}

std::string reason(bool denied) {
  return denied ? "needs CAP_SYS_PTRACE (root)" : "no process that can be seen from here holds them (another process namespace, or the kernel itself)";
}

std::string earlier_reason(const OwnerLimits& limits) {
  if (limits.previously_not_seen == nullptr) return reason(false);
  for (const auto& entry : *limits.previously_not_seen) {
    if (entry.why == reason(true)) return entry.why;
  }
  return reason(false);
}

}  // namespace

void find_owners(kernel::Files& files, std::vector<Listener>& listeners, const std::vector<Listener>* previous, OwnerLimits& limits,
                 std::vector<NotSeen>& not_seen) {
  if (listeners.empty()) return;
  std::optional<bool> denied;  // nothing: no search, the earlier Snapshot's reason holds
  if (previous == nullptr || !take_over(files, listeners, *previous)) {
    Search search(files, listeners, limits);
    search.run();
    denied = search.denied();
  }
  const auto unowned = std::count_if(listeners.begin(), listeners.end(), [](const Listener& listener) { return listener.owners.empty(); });
  if (unowned == 0) return;
  const std::string what = unowned == 1 ? "the owner of 1 listener" : "the owners of " + std::to_string(unowned) + " listeners";
  not_seen.push_back({what, denied ? reason(*denied) : earlier_reason(limits), {"accept-queue.slow-application", "host.file-limit", "host.cpu-throttled"}});
}

}  // namespace weir::sense
