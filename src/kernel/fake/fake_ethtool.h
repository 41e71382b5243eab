// FakeEthtool: drivers made of values, which answer with the real bytes.
// Not hardware: nothing counts by itself.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "kernel/fake/fake_state.h"
#include "kernel/fake/fake_write.h"
#include "kernel/port/ethtool.h"

namespace weir::kernel {

class FakeEthtool final : public Ethtool {
 public:
  /// Borrows the drivers, and the tree in which their queues have files.
  FakeEthtool(FakeDrivers& drivers, FakeTree& tree, FakeWrites& writes)
      : drivers_(drivers), tree_(tree), writes_(writes) {}

  Status ask(const std::string& interface, std::span<std::byte> command) override;

 private:
  Status change_settings(const std::string& interface, FakeNic& nic, std::span<std::byte> command);
  Status change_features(const std::string& interface, FakeNic& nic, std::span<std::byte> command);

  FakeDrivers& drivers_;
  FakeTree& tree_;
  FakeWrites& writes_;
};

/// Large receive offload goes off, and nobody wants it any more.
void disable_large_receive(FakeNic& nic);

}  // namespace weir::kernel
