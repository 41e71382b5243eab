#include "sense/owners.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/text.h"
#include "kernel/wire/process.h"
#include "sense/descriptor_search.h"
#include "sense/rights.h"

namespace weir::sense {
namespace {

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
