#include "kernel/linux/netns.h"

#include <array>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/linux/system_error.h"

namespace weir::kernel {
namespace {

constexpr const char* own_path = "/proc/thread-self/ns/net";

bool same_file(int a, int b) {
  struct stat first {};
  struct stat second {};
  return fstat(a, &first) == 0 && fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

/// The part of a handle for a namespace's file (struct nsfs_file_handle, include/uapi/linux/nsfs.h
/// of 6.18) that follows the common head of handles.
struct NamespaceHandle {
  std::uint32_t bytes = 16;
  std::int32_t type = 0xf1;  // FILEID_NSFS (include/linux/exportfs.h)
  std::uint64_t id = 0;
  std::uint32_t kind = CLONE_NEWNET;
  std::uint32_t inode = 0;
};
static_assert(sizeof(NamespaceHandle) == 24);

UniqueFd open_handle(std::uint64_t cookie, std::uint64_t inode) {
  constexpr int nsfs_root = -10003;  // FD_NSFS_ROOT (include/uapi/linux/fcntl.h of 6.18)
  NamespaceHandle handle;
  // The cookie of a network namespace is its id (preinit_net(), net/core/net_namespace.c of 6.18).
  handle.id = cookie;
  handle.inode = static_cast<std::uint32_t>(inode);
  return UniqueFd(
      static_cast<int>(syscall(SYS_open_by_handle_at, nsfs_root, &handle, O_RDONLY | O_CLOEXEC)));
}

std::optional<std::uint64_t> read_own_cookie() {
  constexpr int netns_cookie_option = 71;  // SO_NETNS_COOKIE
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  std::uint64_t cookie = 0;
  socklen_t size = sizeof(cookie);
  if (!socket.valid() ||
      getsockopt(socket.get(), SOL_SOCKET, netns_cookie_option, &cookie, &size) != 0)
    return std::nullopt;
  return cookie;
}

bool has_inode(const char* path, std::uint64_t inode) {
  struct stat file {};
  return stat(path, &file) == 0 && file.st_ino == inode;
}

bool is_administrator() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  return syscall(SYS_capget, &header, data.data()) == 0 &&
         (data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective & CAP_TO_MASK(CAP_SYS_ADMIN)) != 0;
}

/// Linux 6.19 and newer show all namespaces only to an administrator in the host's first PID and
/// user namespaces (may_see_all_namespaces(), kernel/nscommon.c). For other processes, the answer
/// "it does not exist" may mean "it is hidden". PROC_USER_INIT_INO and PROC_PID_INIT_INO,
/// include/linux/proc_ns.h.
bool sees_all_namespaces() {
  constexpr std::uint64_t first_user_namespace = 0xEFFFFFFD;
  constexpr std::uint64_t first_pid_namespace = 0xEFFFFFFC;
  return is_administrator() && has_inode("/proc/self/ns/user", first_user_namespace) &&
         has_inode("/proc/self/ns/pid", first_pid_namespace);
}

}  // namespace

Result<NetworkNamespace> NetworkNamespace::open_id(std::uint64_t cookie, std::uint64_t inode) {
  WEIR_TRY(auto result, open_current());
  WEIR_TRY(const std::uint64_t own_inode, result.inode());
  // If the process cannot open even its own namespace in this way, the answer "it does not exist"
  // means nothing.
  const auto own_cookie = read_own_cookie();
  if (!own_cookie || !open_handle(*own_cookie, own_inode).valid())
    return make_error(ErrorCode::unsupported, "this kernel cannot open a namespace by its number");
  result.target_ = open_handle(cookie, inode);
  const int error = errno;
  if (!result.target_.valid()) {
    const std::string name = "network namespace " + std::to_string(inode);
    if (error != ESTALE) return system_error(error, "cannot open " + name);
    if (!sees_all_namespaces())
      return make_error(ErrorCode::unsupported,
                        "this kernel may hide namespaces from this process");
    return make_error(ErrorCode::gone, name + " has ended");
  }
  return enter_once(std::move(result), "network namespace " + std::to_string(inode));
}

Result<NetworkNamespace> NetworkNamespace::open_current() {
  NetworkNamespace result;
  result.own_ = UniqueFd(open(own_path, O_RDONLY | O_CLOEXEC));
  if (!result.own_.valid()) return system_error(errno, std::string("cannot open ") + own_path);
  return result;
}

Result<NetworkNamespace> NetworkNamespace::open_file(const std::string& path,
                                                     const std::string& name) {
  WEIR_TRY(auto result, open_current());
  result.target_ = UniqueFd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!result.target_.valid()) {
    if (errno == ENOENT)
      return make_error(ErrorCode::not_found,
                        "there is no " + name + " (" + path + " does not exist)");
    // The namespace of another user's process: fs/proc/namespaces.c, proc_ns_get_link().
    if (errno == EACCES && path.starts_with("/proc/"))
      return make_refusal("access to " + name, {{{wire::Capability::sys_ptrace}}});
    return system_error(errno, "cannot open " + name + " (" + path + ")");
  }
  if (ioctl(result.target_.get(), NS_GET_NSTYPE) != CLONE_NEWNET)
    return make_error(ErrorCode::wrong_use, path + " is not a network namespace");
  return enter_once(std::move(result), name);
}

Result<NetworkNamespace> NetworkNamespace::enter_once(NetworkNamespace opened,
                                                      const std::string& name) {
  if (same_file(opened.own_.get(), opened.target_.get())) {
    opened.target_ = UniqueFd();
    return opened;
  }
  const auto visit = opened.enter();
  if (!visit.ok())
    return make_error(visit.error().code, "cannot enter " + name + ": " + visit.error().message);
  return opened;
}

Result<std::uint64_t> NetworkNamespace::inode() const {
  struct stat file {};
  if (fstat(is_own() ? own_.get() : target_.get(), &file) != 0)
    return system_error(errno, "cannot read the number of the network namespace");
  return file.st_ino;
}

Result<NetworkNamespace::Visit> NetworkNamespace::enter() const {
  if (is_own()) return Visit(-1);
  if (setns(target_.get(), CLONE_NEWNET) != 0) {
    // Needed over the namespace and over the caller's own user namespace (net/core/net_namespace.c,
    // netns_install).
    if (errno == EPERM)
      return make_refusal("entry into another network namespace",
                          {{{wire::Capability::sys_admin}}});
    return system_error(errno, "setns");
  }
  return Visit(own_.get());
}

NetworkNamespace::Visit::~Visit() {
  if (own_ >= 0 && setns(own_, CLONE_NEWNET) != 0) std::abort();
}

}  // namespace weir::kernel
