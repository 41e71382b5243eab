// FakeSockets: changes of a test's listeners. Not what sock_diag shows of them: fake_netlink.h.
#pragma once

#include <cstdint>

#include "kernel/fake/fake_state.h"
#include "kernel/fake/fake_write.h"
#include "kernel/port/sockets.h"

namespace weir::kernel {

class FakeSockets final : public Sockets {
 public:
  /// Borrows the listeners, and the tree whose somaxconn bounds their backlog.
  FakeSockets(FakeSocketTable& table, const FakeTree& tree, FakeWrites& writes)
      : table_(table), tree_(tree), writes_(writes) {}

  Status set_backlog(const Owner& owner, std::uint64_t cookie, std::int64_t backlog) override;

 private:
  [[nodiscard]] std::int64_t clamp(std::int64_t backlog) const;

  FakeSocketTable& table_;
  const FakeTree& tree_;
  FakeWrites& writes_;
};

}  // namespace weir::kernel
