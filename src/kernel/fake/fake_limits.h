// FakeLimits: the limits of processes as a test's values. Not the /proc files that show them:
// FakeKernel::add_process() makes those.
#pragma once

#include <cstdint>

#include "kernel/fake/fake_state.h"
#include "kernel/fake/fake_write.h"
#include "kernel/port/limits.h"

namespace weir::kernel {

class FakeLimits final : public Limits {
 public:
  FakeLimits(FakeLimitTable& table, FakeWrites& writes) : table_(table), writes_(writes) {}

  Result<FileLimit> read_file_limit(std::int64_t pid) override;
  Status set_file_limit(std::int64_t pid, const FileLimit& limit) override;

 private:
  FakeLimitTable& table_;
  FakeWrites& writes_;
};

}  // namespace weir::kernel
