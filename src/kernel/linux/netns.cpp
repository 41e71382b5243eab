#include "kernel/linux/netns.h"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "kernel/linux/refusal.h"
#include "kernel/linux/system_error.h"

namespace weir::kernel {
namespace {

constexpr const char* own_path = "/proc/thread-self/ns/net";

bool same_file(int a, int b) {
  struct stat first {};
  struct stat second {};
  return fstat(a, &first) == 0 && fstat(b, &second) == 0 && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

}  // namespace

Result<NetworkNamespace> NetworkNamespace::open_current() {
  NetworkNamespace result;
  result.own_ = UniqueFd(open(own_path, O_RDONLY | O_CLOEXEC));
  if (!result.own_.valid()) return system_error(errno, std::string("cannot open ") + own_path);
  return result;
}

Result<NetworkNamespace> NetworkNamespace::open_file(const std::string& path, const std::string& name) {
  WEIR_TRY(auto result, open_current());
  result.target_ = UniqueFd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!result.target_.valid()) {
    if (errno == ENOENT) return make_error(ErrorCode::not_found, "there is no " + name + " (" + path + " does not exist)");
    // Of another user's process: fs/proc/namespaces.c, proc_ns_get_link().
    if (errno == EACCES && path.starts_with("/proc/")) return make_refusal("a look at " + name, {{{wire::Capability::sys_ptrace}}});
    return system_error(errno, "cannot open " + name + " (" + path + ")");
  }
  if (ioctl(result.target_.get(), NS_GET_NSTYPE) != CLONE_NEWNET) return make_error(ErrorCode::wrong_use, path + " is not a network namespace");
  if (same_file(result.own_.get(), result.target_.get())) {
    result.target_ = UniqueFd();
    return result;
  }
  const auto visit = result.enter();
  if (!visit.ok()) return make_error(visit.error().code, "cannot enter " + name + ": " + visit.error().message);
  return result;
}

Result<std::uint64_t> NetworkNamespace::inode() const {
  struct stat file {};
  if (fstat(is_own() ? own_.get() : target_.get(), &file) != 0) return system_error(errno, "cannot tell the network namespace's number");
  return file.st_ino;
}

Result<NetworkNamespace::Visit> NetworkNamespace::enter() const {
  if (is_own()) return Visit(-1);
  if (setns(target_.get(), CLONE_NEWNET) != 0) {
    // Over the namespace, and over the caller's own user namespace (net/core/net_namespace.c, netns_install).
    if (errno == EPERM) return make_refusal("entry into another network namespace", {{{wire::Capability::sys_admin}}});
    return system_error(errno, "setns");
  }
  return Visit(own_.get());
}

NetworkNamespace::Visit::~Visit() {
  if (own_ >= 0 && setns(own_, CLONE_NEWNET) != 0) std::abort();
}

}  // namespace weir::kernel
