// LinuxLimits: RLIMIT_NOFILE of other processes by prlimit(2). It does not check the identity of
// the process: act compares its start time.
#pragma once

#include "kernel/port/kernel.h"

namespace weir::kernel {

class LinuxLimits final : public Limits {
 public:
  Result<FileLimit> read_file_limit(std::int64_t pid) override;
  Status set_file_limit(std::int64_t pid, const FileLimit& limit) override;
};

}  // namespace weir::kernel
