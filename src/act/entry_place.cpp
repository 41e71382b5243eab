#include "act/entry_place.h"

#include <string>
#include <utility>
#include <vector>

#include "act/world.h"
#include "base/text.h"

namespace weir::act {
namespace {

/// Calls the function when the path leads to that very namespace; nothing when it does not.
Result<bool> try_path(const std::string& path, const PlanBinding& binding, const WithKernel& with_kernel,
                      const std::function<Status(kernel::Kernel&)>& function) {
  bool matched = false;
  Status status = with_kernel(path, [&](kernel::Kernel& kernel) -> Status {
    const auto here = read_binding(kernel);
    if (!here.ok() || !is_same_namespace(*here, binding)) return {};
    matched = true;
    return function(kernel);
  });
  if (matched && !status.ok()) return std::move(status).error();
  return matched;
}

/// A process that lives in the namespace, as a path to it; empty when there is none.
std::string find_process_path(kernel::Files& files, std::uint64_t netns) {
  const auto processes = files.list("/proc");
  if (!processes.ok()) return {};
  for (const std::string& process : *processes) {
    if (!parse_integer(process)) continue;
    std::string path = "/proc/" + process + "/ns/net";
    const auto link = files.read_link(path);
    if (!link.ok()) continue;
    const auto inode = parse_netns_link(*link);
    if (inode.ok() && *inode == netns) return path;
  }
  return {};
}

}  // namespace

Status with_entry_kernel(const HistoryEntry& entry, const PlanBinding& binding, kernel::Kernel& own, const WithKernel& with_kernel,
                         const std::function<Status(kernel::Kernel&)>& function) {
  std::vector<std::string> paths;
  if (!entry.netns_path.empty()) paths.push_back(entry.netns_path);
  paths.emplace_back();
  if (const auto names = own.files.list("/run/netns"); names.ok())
    for (const std::string& name : *names) paths.push_back("/run/netns/" + name);
  for (const std::string& path : paths) {
    WEIR_TRY(const bool done, try_path(path, binding, with_kernel, function));
    if (done) return {};
  }
  if (const std::string path = find_process_path(own.files, entry.netns); !path.empty()) {
    WEIR_TRY(const bool done, try_path(path, binding, with_kernel, function));
    if (done) return {};
  }
  return make_error(ErrorCode::not_found, "the network namespace of entry " + std::to_string(entry.id) + " (" +
                                              (entry.netns_path.empty() ? std::to_string(entry.netns) : entry.netns_path) +
                                              ") is gone, and the change with it");
}

}  // namespace weir::act
