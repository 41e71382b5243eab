// Limits: resource limits of other processes.
// Not the limits of the whole host: these are sysctls.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"

namespace weir::kernel {

/// A process's limit on its open descriptors (RLIMIT_NOFILE); nothing: unlimited.
struct FileLimit {
  std::optional<std::uint64_t> soft;
  std::optional<std::uint64_t> hard;
  friend bool operator==(const FileLimit&, const FileLimit&) = default;
};

/// Limits of other processes (prlimit(2)).
class Limits {
 public:
  Limits() = default;
  Limits(const Limits&) = delete;
  Limits& operator=(const Limits&) = delete;
  virtual ~Limits() = default;

  /// Errors: gone (no such process), not_permitted.
  virtual Result<FileLimit> read_file_limit(std::int64_t pid) = 0;
  /// Errors: gone, wrong_use (soft above hard), not_permitted: another user's process, a hard limit
  /// that rises without CAP_SYS_RESOURCE, or a hard limit above fs.nr_open (kernel/sys.c,
  /// do_prlimit).
  virtual Status set_file_limit(std::int64_t pid, const FileLimit& limit) = 0;
};

}  // namespace weir::kernel
