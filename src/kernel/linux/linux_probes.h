// LinuxProbes: the programs of bpf/, loaded by bpf(2) and read through BPF iterators. It loads a
// program at its first use. It does not use libbpf: the kernel itself resolves the types, so no BTF
// is parsed here.
#pragma once

#include <memory>
#include <optional>

#include "kernel/linux/netns.h"
#include "kernel/port/probes.h"

namespace weir::kernel {

/// The namespace must outlive it. Linux 5.17; CAP_BPF, CAP_PERFMON and, for another namespace,
/// CAP_SYS_ADMIN.
class LinuxProbes final : public Probes {
 public:
  explicit LinuxProbes(const NetworkNamespace& netns);
  LinuxProbes(const LinuxProbes&) = delete;
  LinuxProbes& operator=(const LinuxProbes&) = delete;
  LinuxProbes(LinuxProbes&&) = delete;
  LinuxProbes& operator=(LinuxProbes&&) = delete;
  ~LinuxProbes() override;

  Status read_listeners(std::size_t expected, const Visitor& visitor) override;
  Status count_sockets(const ProbeLimits& limits, const Visitor& visitor) override;
  void close() override;

 private:
  class ListenerReader;
  class Counter;

  /// A program from its first use on, or the reason why it could not be loaded. After such an error
  /// it is not tried again.
  template <class Program>
  struct OnDemand {
    std::unique_ptr<Program> loaded;
    std::optional<Error> refused;
  };
  /// `load` makes the program at its first use.
  template <class Program, class Load, class Use>
  static Status use(OnDemand<Program>& program, const Load& load, const Use& use);

  const NetworkNamespace& netns_;
  OnDemand<ListenerReader> listener_reader_;
  OnDemand<Counter> counter_;
};

}  // namespace weir::kernel
