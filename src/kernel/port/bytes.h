// How a port hands over bytes that come in pieces.
// Not what they mean: kernel/wire.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace weir::kernel {

using ByteVisitor = std::function<void(std::span<const std::byte>)>;
/// Returns false when it has seen enough.
using ByteSampler = std::function<bool(std::span<const std::byte>)>;

}  // namespace weir::kernel
