// CpuQuota: a cgroup of the lab with limited CPU time. Not a manager of cgroups: it changes nothing
// outside its own folder.
#pragma once

#include <string>

#include <sys/types.h>

#include "base/result.h"

namespace weir::lab {

class CpuQuota {
 public:
  /// A cgroup that may use `share` (0.01 to 1) of one core. Errors: unsupported (the host has
  /// neither the cgroup v1 cpu controller nor a v2 hierarchy that passes it on).
  static Result<CpuQuota> create(double share);

  CpuQuota(CpuQuota&&) noexcept = default;
  CpuQuota& operator=(CpuQuota&&) = delete;
  CpuQuota(const CpuQuota&) = delete;
  CpuQuota& operator=(const CpuQuota&) = delete;
  /// Moves the processes that are left in it back to its parent, and removes it.
  ~CpuQuota();

  [[nodiscard]] Status add(pid_t pid) const;
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  explicit CpuQuota(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
};

}  // namespace weir::lab
