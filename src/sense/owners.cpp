#include "sense/owners.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/text.h"
#include "kernel/wire/process.h"
#include "sense/descriptor_search.h"

namespace weir::sense {
namespace {

constexpr const char* owners_of = "the owner";

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

std::string reason(const DescriptorOwners& found) {
  if (found.denied) return "needs CAP_SYS_PTRACE (root)";
  if (found.stopped) {
    return "at most " + std::to_string(later_descriptors) + " descriptors are looked at beyond the first " + std::to_string(first_descriptors) +
           " of each process";
  }
  return "no process that can be seen from here holds them (another process namespace, or the kernel itself)";
}

/// Why a listener has no owner, where one has none.
std::string search_owners(kernel::Files& files, std::vector<Listener>& listeners, OwnerLimits& limits) {
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
  return reason(found);
}

std::string earlier_reason(const OwnerLimits& limits) {
  if (limits.previously_not_seen == nullptr) return reason({});
  for (const auto& entry : *limits.previously_not_seen) {
    if (entry.what.starts_with(owners_of)) return entry.why;
  }
  return reason({});
}

}  // namespace

void find_owners(kernel::Files& files, std::vector<Listener>& listeners, const std::vector<Listener>* previous, OwnerLimits& limits,
                 std::vector<NotSeen>& not_seen) {
  if (listeners.empty()) return;
  std::optional<std::string> why;  // nothing: no search, the earlier Snapshot's reason holds
  if (previous == nullptr || !take_over(files, listeners, *previous)) {
    why = search_owners(files, listeners, limits);
  }
  const auto unowned = std::count_if(listeners.begin(), listeners.end(), [](const Listener& listener) { return listener.owners.empty(); });
  if (unowned == 0) return;
  const std::string what = owners_of + (unowned == 1 ? " of 1 listener" : "s of " + std::to_string(unowned) + " listeners");
  not_seen.push_back({what, why ? *std::move(why) : earlier_reason(limits), {"accept-queue.slow-application", "host.file-limit", "host.cpu-throttled"}});
}

}  // namespace weir::sense
