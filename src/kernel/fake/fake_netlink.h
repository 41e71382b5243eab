// The bytes that a FakeKernel answers netlink dumps with, made from its values.
// Not a socket.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "kernel/fake/fake_kernel.h"

namespace weir::kernel {

/// The datagrams of the answer, NLMSG_DONE included; unsupported for a request that no real kernel part is played for.
[[nodiscard]] Result<std::vector<wire::ByteBuffer>> make_answer(FakeState& state, int protocol, std::span<const std::byte> request);

}  // namespace weir::kernel
