#include "kernel/fake/fake_limits.h"

#include <optional>
#include <string>

namespace weir::kernel {

Result<FileLimit> FakeLimits::read_file_limit(std::int64_t pid) {
  const auto found = table_.file_limits.find(pid);
  if (found == table_.file_limits.end())
    return make_error(ErrorCode::gone, "process " + std::to_string(pid) + " no longer exists");
  return found->second;
}

Status FakeLimits::set_file_limit(std::int64_t pid, const FileLimit& limit) {
  const auto show = [](const std::optional<std::uint64_t>& value) {
    return value ? std::to_string(*value) : std::string("unlimited");
  };
  return writes_.act(
      {"limit:" + std::to_string(pid), show(limit.soft) + " " + show(limit.hard)}, [&]() -> Status {
        WEIR_TRY(const FileLimit old, read_file_limit(pid));
        // do_prlimit() of kernel/sys.c; a fake has fs.nr_open only if a test sets it.
        if (limit.soft.value_or(UINT64_MAX) > limit.hard.value_or(UINT64_MAX))
          return make_error(ErrorCode::wrong_use, "cannot change the limits: Invalid argument");
        const bool rises = limit.hard.value_or(UINT64_MAX) > old.hard.value_or(UINT64_MAX);
        if (rises && !table_.may_raise_limits)
          return make_error(ErrorCode::not_permitted,
                            "cannot change the limits: Operation not permitted");
        table_.file_limits[pid] = limit;
        return {};
      });
}

}  // namespace weir::kernel
