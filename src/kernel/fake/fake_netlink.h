// The bytes that a FakeKernel answers netlink dumps with, made from its values, and what changes do
// to these. Not a socket.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/fake/fake_kernel.h"

namespace weir::kernel {

/// The datagrams of the answer, NLMSG_DONE included; unsupported for a request that no real kernel
/// part is played for.
[[nodiscard]] Result<std::vector<wire::ByteBuffer>> make_answer(FakeState& state, int protocol,
                                                                std::span<const std::byte> request);

/// A request that changes something: how the write journal names it, and what it does.
struct FakeChange {
  std::string target;
  std::string value;
  std::function<Status(FakeState&)> effect;
};
/// Errors: unsupported for a request that no kernel part is played for.
[[nodiscard]] Result<FakeChange> parse_change(int protocol, std::span<const std::byte> request);

}  // namespace weir::kernel
