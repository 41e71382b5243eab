// The answers of a FakeKernel to netlink dumps, as bytes made from its values, and the effects of
// netlink changes on these values. Not a socket.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/fake/fake_kernel.h"

namespace weir::kernel {

/// The datagrams of the answer, with NLMSG_DONE. Errors: unsupported (the fake does not play this
/// part of a kernel).
[[nodiscard]] Result<std::vector<wire::ByteBuffer>> make_answer(FakeState& state, int protocol,
                                                                std::span<const std::byte> request);

/// A request that changes something: its name in the write journal, and its effect.
struct FakeChange {
  std::string target;
  std::string value;
  std::function<Status(FakeState&)> effect;
};
/// Errors: unsupported (the fake does not play this part of a kernel).
[[nodiscard]] Result<FakeChange> parse_change(int protocol, std::span<const std::byte> request);

}  // namespace weir::kernel
