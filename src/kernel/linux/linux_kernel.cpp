#include "kernel/linux/linux_kernel.h"

#include <utility>

#include "kernel/linux/system_error.h"

namespace weir::kernel {
namespace {

constexpr const char* netns_folder = "/run/netns/";

Result<std::unique_ptr<LinuxKernel>> make_kernel(Result<NetworkNamespace> netns) {
  if (!netns.ok()) return std::move(netns).error();
  return std::make_unique<LinuxKernel>(std::move(netns).value());
}

}  // namespace

LinuxKernel::LinuxKernel(NetworkNamespace netns)
    : netns_(std::move(netns)),
      files_(netns_),
      netlink_(netns_),
      probes_(netns_),
      ethtool_(netns_) {}

Result<std::unique_ptr<LinuxKernel>> LinuxKernel::open_current() {
  return make_kernel(NetworkNamespace::open_current());
}

Result<std::unique_ptr<LinuxKernel>> LinuxKernel::open_netns(const std::string& name_or_path) {
  const bool is_path = name_or_path.find('/') != std::string::npos;
  const bool is_name = !name_or_path.empty() && name_or_path != "." && name_or_path != "..";
  if (!is_path && !is_name)
    return make_error(ErrorCode::wrong_use, "give the name or the path of a network namespace");
  const std::string path = is_path ? name_or_path : netns_folder + name_or_path;
  return make_kernel(NetworkNamespace::open_file(path, "network namespace " + name_or_path));
}

Result<std::unique_ptr<LinuxKernel>> LinuxKernel::open_namespace_id(std::uint64_t cookie,
                                                                    std::uint64_t inode) {
  return make_kernel(NetworkNamespace::open_id(cookie, inode));
}

Result<std::unique_ptr<LinuxKernel>> LinuxKernel::open_pid(std::int64_t pid) {
  if (pid <= 0) return make_error(ErrorCode::wrong_use, "a process ID must be greater than 0");
  const std::string name = "process " + std::to_string(pid);
  auto netns = NetworkNamespace::open_file("/proc/" + std::to_string(pid) + "/ns/net", name);
  if (!netns.ok() && netns.error().code == ErrorCode::not_found) {
    if (const auto hidden = explain_hidden_process(); !hidden.empty())
      return make_error(ErrorCode::not_permitted, "cannot see " + name + ": " + hidden);
  }
  return make_kernel(std::move(netns));
}

}  // namespace weir::kernel
