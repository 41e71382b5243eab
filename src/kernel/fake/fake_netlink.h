// FakeNetlink: answers to netlink dumps, as bytes made from a test's values, and the effects of
// netlink changes on these values. Not a socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/fake/fake_state.h"
#include "kernel/fake/fake_write.h"
#include "kernel/port/netlink.h"

namespace weir::kernel {

class FakeNetlink final : public Netlink {
 public:
  FakeNetlink(FakeState& state, FakeWrites& writes) : state_(state), writes_(writes) {}

  /// Errors: unsupported (the fake does not play this part of a kernel); those that the test set.
  Status dump_some(int protocol, std::span<const std::byte> request,
                   const ByteSampler& sampler) override;
  Status change(int protocol, std::span<const std::byte> request) override;
  Result<std::uint64_t> namespace_cookie() override;

 private:
  FakeState& state_;
  FakeWrites& writes_;
};

}  // namespace weir::kernel
