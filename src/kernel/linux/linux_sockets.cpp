#include "kernel/linux/linux_sockets.h"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "kernel/linux/system_error.h"

namespace weir::kernel {
namespace {

std::string describe(const Owner& owner) {
  return "process " + std::to_string(owner.pid) + ", descriptor " + std::to_string(owner.fd);
}

Result<UniqueFd> open_process(const Owner& owner) {
  UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, static_cast<pid_t>(owner.pid), 0)));
  if (process.valid()) return process;
  if (errno == ESRCH || errno == EINVAL)
    return make_error(ErrorCode::gone,
                      "process " + std::to_string(owner.pid) + " no longer exists");
  if (errno == ENOSYS)
    return make_error(ErrorCode::unsupported, "this kernel has no pidfd_open (Linux 5.3)");
  return system_error(errno, "cannot open process " + std::to_string(owner.pid));
}

Result<UniqueFd> copy_descriptor(const UniqueFd& process, const Owner& owner) {
  UniqueFd copy(
      static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), static_cast<int>(owner.fd), 0)));
  if (copy.valid()) return copy;
  // PTRACE_MODE_ATTACH_REALCREDS (kernel/pid.c, pidfd_getfd).
  if (errno == EPERM || errno == EACCES)
    return make_refusal("a copy of the socket of " + describe(owner),
                        {{{wire::Capability::sys_ptrace}}});
  if (errno == EBADF || errno == ESRCH)
    return make_error(ErrorCode::gone, describe(owner) + " no longer exists");
  if (errno == ENOSYS)
    return make_error(ErrorCode::unsupported, "this kernel has no pidfd_getfd (Linux 5.6)");
  return system_error(errno, "cannot copy the socket of " + describe(owner));
}

Status check_identity(const UniqueFd& copy, const Owner& owner, std::uint64_t cookie) {
  std::uint64_t found = 0;
  socklen_t size = sizeof(found);
  if (getsockopt(copy.get(), SOL_SOCKET, SO_COOKIE, &found, &size) != 0 || found != cookie) {
    return make_error(ErrorCode::conflict, describe(owner) + " is another socket now");
  }
  int listening = 0;
  size = sizeof(listening);
  if (getsockopt(copy.get(), SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) {
    return make_error(ErrorCode::conflict, describe(owner) + " no longer listens");
  }
  return {};
}

}  // namespace

Status LinuxSockets::set_backlog(const Owner& owner, std::uint64_t cookie, std::int64_t backlog) {
  if (owner.pid <= 0 || owner.pid > INT32_MAX || owner.fd < 0 || owner.fd > INT32_MAX)
    return make_error(ErrorCode::gone, describe(owner) + " cannot exist");
  WEIR_TRY(const auto process, open_process(owner));
  WEIR_TRY(const auto copy, copy_descriptor(process, owner));
  WEIR_CHECK(check_identity(copy, owner, cookie));
  const auto wanted = static_cast<int>(std::clamp<std::int64_t>(backlog, 0, INT32_MAX));
  if (listen(copy.get(), wanted) != 0)
    return system_error(errno, "listen() on the copy of " + describe(owner));
  return {};
}

}  // namespace weir::kernel
