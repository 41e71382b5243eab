#include "sense/owners.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/text.h"
#include "kernel/wire/process.h"
#include "sense/rights.h"

namespace weir::sense {
namespace {

/// One search through the processes' descriptors.
class Search {
 public:
  Search(kernel::Files& files, const std::unordered_set<std::uint64_t>& inodes)
      : files_(files), inodes_(inodes) {}

  void run() {
    const auto names = files_.list("/proc");
    if (!names.ok()) return;
    for (const auto& name : *names) {
      if (const auto pid = parse_integer(name); pid && *pid > 0) search_process(*pid);
    }
    search_later_descriptors();
    for (auto& [inode, owners] : found_.by_inode) {
      std::sort(owners.begin(), owners.end());
      owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    }
  }

  [[nodiscard]] DescriptorOwners take() { return std::move(found_); }

 private:
  void search_process(std::int64_t pid) {
    const auto names = files_.list_first(descriptor_folder(pid), first_descriptors);
    if (!names.ok()) {
      found_.denied = found_.denied || names.error().code == ErrorCode::not_permitted;
      return;
    }
    search_descriptors(pid, *names);
    if (names->size() == first_descriptors) unfinished_.push_back(pid);
  }

  void search_later_descriptors() {
    if (unfinished_.empty()) return;
    const auto netns = files_.read_link("/proc/thread-self/ns/net");
    std::size_t left = later_descriptors;
    for (const auto pid : unfinished_) {
      if (all_found()) return;
      const auto theirs = files_.read_link("/proc/" + std::to_string(pid) + "/ns/net");
      if (netns.ok() && theirs.ok() && *netns != *theirs) continue;
      found_.stopped = found_.stopped || left == 0;
      if (left == 0) return;
      auto names = files_.list_first(descriptor_folder(pid), first_descriptors + left);
      if (!names.ok()) continue;
      names->erase(names->begin(), names->begin() + static_cast<std::ptrdiff_t>(std::min(
                                                        names->size(), first_descriptors)));
      found_.stopped = found_.stopped || names->size() == left;
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
        found_.denied = true;
        return;
      }
      if (!target.ok()) continue;  // closed meanwhile
      const auto inode = wire::parse_inode_link(*target, "socket");
      const auto number = parse_integer(name);
      if (inode && number && inodes_.count(*inode) != 0)
        found_.by_inode[*inode].push_back({pid, *number});
    }
  }

  [[nodiscard]] bool all_found() const { return found_.by_inode.size() == inodes_.size(); }

  kernel::Files& files_;
  const std::unordered_set<std::uint64_t>& inodes_;
  DescriptorOwners found_;
  std::vector<std::int64_t> unfinished_;
};

bool still_owns(kernel::Files& files, const Owner& owner, const Listener& listener) {
  const auto target =
      files.read_link(descriptor_folder(owner.pid) + "/" + std::to_string(owner.fd));
  return target.ok() &&
         wire::parse_inode_link(*target, "socket") == static_cast<std::uint64_t>(listener.inode);
}

/// Takes over the owners of an earlier Snapshot; returns whether it did so for every listener.
bool take_over(kernel::Files& files, std::vector<Listener>& listeners,
               const std::vector<Listener>& previous) {
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

/// The reason why some listener has no owner after this search.
std::string reason(kernel::Files& files, const DescriptorOwners& found) {
  if (auto hidden = explain_hidden_processes(files, wire::HiddenFor::descriptors); !hidden.empty())
    return hidden;
  if (found.denied) return explain_denied_descriptors(files);
  if (found.stopped) {
    return "weir reads the first " + std::to_string(first_descriptors) +
           " descriptors of each process, and at most " + std::to_string(later_descriptors) +
           " descriptors beyond these";
  }
  return "no process that weir can see holds them (perhaps one of another PID namespace, or the kernel itself)";
}

DescriptorOwners search_owners(kernel::Files& files, std::vector<Listener>& listeners,
                               OwnerLimits& limits) {
  std::unordered_set<std::uint64_t> inodes;
  for (const auto& listener : listeners) {
    if (listener.inode > 0) inodes.insert(static_cast<std::uint64_t>(listener.inode));
  }
  auto found = search_descriptors(files, inodes);
  for (auto& listener : listeners) {
    listener.owners = found.by_inode[static_cast<std::uint64_t>(listener.inode)];
    const auto limit = static_cast<std::size_t>(limits.per_listener);
    if (listener.owners.size() <= limit) continue;
    limits.dropped += static_cast<std::int64_t>(listener.owners.size() - limit);
    listener.owners.resize(limit);
  }
  return found;
}

std::string earlier_reason(kernel::Files& files, const OwnerLimits& limits) {
  if (limits.previously_not_seen != nullptr) {
    for (const auto& entry : *limits.previously_not_seen) {
      if (entry.subject == Subject::owners) return entry.why;
    }
  }
  return reason(files, {});
}

}  // namespace

std::string descriptor_folder(std::int64_t pid) { return "/proc/" + std::to_string(pid) + "/fd"; }

DescriptorOwners search_descriptors(kernel::Files& files,
                                    const std::unordered_set<std::uint64_t>& inodes) {
  Search search(files, inodes);
  search.run();
  return search.take();
}

void find_owners(kernel::Files& files, std::vector<Listener>& listeners,
                 const std::vector<Listener>* previous, OwnerLimits& limits,
                 std::vector<NotSeen>& not_seen) {
  if (listeners.empty()) return;
  std::optional<DescriptorOwners> found;  // nothing: the earlier reason holds
  if (previous == nullptr || !take_over(files, listeners, *previous))
    found = search_owners(files, listeners, limits);
  const auto unowned =
      std::count_if(listeners.begin(), listeners.end(),
                    [](const Listener& listener) { return listener.owners.empty(); });
  if (unowned == 0) return;
  const std::string what = unowned == 1 ? std::string("the owner of 1 listener")
                                        : "the owners of " + std::to_string(unowned) + " listeners";
  const std::string why = found ? reason(files, *found) : earlier_reason(files, limits);
  not_seen.push_back({Subject::owners, what, why});
}

}  // namespace weir::sense
