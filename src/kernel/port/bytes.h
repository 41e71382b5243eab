// How a port passes on bytes that come in pieces. Not their meaning: kernel/wire.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace weir::kernel {

using ByteVisitor = std::function<void(std::span<const std::byte>)>;
/// Returns false if it needs no more bytes.
using ByteSampler = std::function<bool(std::span<const std::byte>)>;

}  // namespace weir::kernel
