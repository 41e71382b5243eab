// What a FakeKernel answers as Probes: the records that the programs of bpf/ would give for a test's values.
// Not a program.
#pragma once

#include <optional>
#include <vector>

#include "kernel/port/probes.h"
#include "kernel/wire/probe_records.h"

namespace weir::kernel {

/// A test changes it at any time. Nothing set: a kernel without BPF.
struct FakeProbeState {
  std::optional<wire::SocketCounts> counts;
  std::optional<std::vector<wire::ListenerProbe>> listeners;
  std::optional<wire::ByteBuffer> counts_bytes;     ///< recorded or hostile ones, instead of made ones
  std::optional<wire::ByteBuffer> listeners_bytes;  ///< likewise
  std::optional<Error> failure;                     ///< of open(), and so of the readers
  int loads = 0;                                    ///< how often open() really loaded something
  bool loaded = false;
};

class FakeProbes final : public Probes {
 public:
  explicit FakeProbes(FakeProbeState& state) : state_(state) {}

  Status open(const ProbeLimits& limits) override;
  void close() override { state_.loaded = false; }
  Status read_listeners(const Visitor& visitor) override;
  Status count_sockets(const Visitor& visitor) override;

 private:
  FakeProbeState& state_;
};

}  // namespace weir::kernel
