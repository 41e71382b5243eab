// LinuxProbes: the programs of bpf/, loaded by bpf(2) and read through BPF iterators.
// Not loaded before the first use; not libbpf: the kernel itself resolves the types, so that no BTF is parsed here.
#pragma once

#include <memory>
#include <optional>

#include "kernel/linux/netns.h"
#include "kernel/port/probes.h"

namespace weir::kernel {

/// The namespace must outlive it. Linux 5.17; CAP_BPF, CAP_PERFMON and, for another namespace, CAP_SYS_ADMIN.
class LinuxProbes final : public Probes {
 public:
  explicit LinuxProbes(const NetworkNamespace& netns);
  LinuxProbes(const LinuxProbes&) = delete;
  LinuxProbes& operator=(const LinuxProbes&) = delete;
  LinuxProbes(LinuxProbes&&) = delete;
  LinuxProbes& operator=(LinuxProbes&&) = delete;
  ~LinuxProbes() override;

  Status open(const ProbeLimits& limits) override;
  void close() override;
  Status read_listeners(const Visitor& visitor) override;
  Status count_sockets(const Visitor& visitor) override;

 private:
  class Loaded;

  const NetworkNamespace& netns_;
  std::unique_ptr<Loaded> loaded_;
  std::optional<Error> refusal_;  ///< of the last open(): the readers do not try again
};

}  // namespace weir::kernel
