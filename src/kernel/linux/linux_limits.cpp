#include "kernel/linux/linux_limits.h"

#include <cerrno>
#include <limits>

#include <sys/resource.h>

#include "kernel/linux/system_error.h"

namespace weir::kernel {
namespace {

static_assert(sizeof(rlim_t) == sizeof(std::uint64_t));

std::optional<std::uint64_t> to_limit(rlim_t value) {
  return value == RLIM_INFINITY ? std::nullopt : std::optional<std::uint64_t>(value);
}

rlim_t from_limit(const std::optional<std::uint64_t>& limit) {
  return limit.value_or(RLIM_INFINITY);
}

/// The pid as an argument of the call, where 0 would mean the caller.
Result<pid_t> to_pid(std::int64_t pid) {
  if (pid > 0 && pid <= std::numeric_limits<pid_t>::max()) return static_cast<pid_t>(pid);
  return make_error(ErrorCode::gone, "process " + std::to_string(pid) + " cannot exist");
}

Error refusal(int error_number, std::int64_t pid, const std::string& what) {
  Error error = system_error(error_number, what + " the limits of process " + std::to_string(pid));
  if (error_number == EINVAL) error.code = ErrorCode::wrong_use;
  return error;
}

}  // namespace

Result<FileLimit> LinuxLimits::read_file_limit(std::int64_t pid) {
  WEIR_TRY(const pid_t process, to_pid(pid));
  rlimit old{};
  if (prlimit(process, RLIMIT_NOFILE, nullptr, &old) != 0)
    return refusal(errno, pid, "cannot read");
  return FileLimit{to_limit(old.rlim_cur), to_limit(old.rlim_max)};
}

Status LinuxLimits::set_file_limit(std::int64_t pid, const FileLimit& limit) {
  WEIR_TRY(const pid_t process, to_pid(pid));
  const rlimit wanted{from_limit(limit.soft), from_limit(limit.hard)};
  if (prlimit(process, RLIMIT_NOFILE, &wanted, nullptr) != 0)
    return refusal(errno, pid, "cannot change");
  return {};
}

}  // namespace weir::kernel
