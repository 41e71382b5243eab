#include "sense/descriptor_search.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "kernel/wire/process.h"

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

}  // namespace

std::string descriptor_folder(std::int64_t pid) { return "/proc/" + std::to_string(pid) + "/fd"; }

DescriptorOwners search_descriptors(kernel::Files& files,
                                    const std::unordered_set<std::uint64_t>& inodes) {
  Search search(files, inodes);
  search.run();
  return search.take();
}

}  // namespace weir::sense
