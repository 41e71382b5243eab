// The answers of a FakeKernel as Probes: the records that the programs of bpf/ would give for a
// test's values. Not a program.
#pragma once

#include <optional>
#include <vector>

#include "kernel/port/probes.h"
#include "kernel/wire/probe_records.h"

namespace weir::kernel {

/// A test may change it at any time. If nothing is set: a kernel without BPF.
struct FakeProbeState {
  std::optional<wire::SocketCounts> counts;
  std::optional<std::vector<wire::ListenerProbe>> listeners;
  /// recorded or hostile ones, instead of made ones
  std::optional<wire::ByteBuffer> counts_bytes;
  std::optional<wire::ByteBuffer> listeners_bytes;  ///< likewise
  /// the kernel does not load the program that counts
  std::optional<Error> counts_refusal;
  std::optional<Error> listeners_refusal;  ///< does not load the one that reads listeners
  int loads = 0;                           ///< number of loaded programs
  bool counts_loaded = false;
  bool listeners_loaded = false;
};

class FakeProbes final : public Probes {
 public:
  explicit FakeProbes(FakeProbeState& state) : state_(state) {}

  /// Of `listeners` at most as many as are expected; of `listeners_bytes` all.
  Status read_listeners(std::size_t expected, const Visitor& visitor) override;
  Status count_sockets(const ProbeLimits& limits, const Visitor& visitor) override;
  void close() override { state_.counts_loaded = state_.listeners_loaded = false; }

 private:
  FakeProbeState& state_;
};

}  // namespace weir::kernel
