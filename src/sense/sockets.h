// Reads TCP sockets through sock_diag: the dumps themselves, and the listeners. Not the counting in
// a dump (socket_walk.h), and not the owners.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "kernel/wire/sock_diag.h"
#include "model/snapshot.h"

namespace weir::sense {

inline constexpr std::size_t max_listeners = 16384;

/// The listeners of both families, ordered by port, address, cookie; `dropped` counts listeners
/// beyond max_listeners.
[[nodiscard]] Result<std::vector<Listener>> read_listeners(kernel::Netlink& netlink,
                                                           std::int64_t& dropped);

using SocketVisitor = std::function<void(const wire::DiagSocket&)>;
/// Returns false if it needs no more sockets.
using SocketSampler = std::function<bool(const wire::DiagSocket&)>;

/// Calls the visitor once for each socket in those states. Nothing is collected. `restart` is
/// called when the walk starts again.
Status visit_sockets(kernel::Netlink& netlink, const wire::ByteBuffer& request,
                     const std::function<void()>& restart, const SocketVisitor& visitor);
/// The same in one walk, until the sampler needs no more. Returns whether the walk came to its end.
Result<bool> sample_sockets(kernel::Netlink& netlink, const wire::ByteBuffer& request,
                            const SocketSampler& sampler);

[[nodiscard]] wire::ByteBuffer build_listener_request();

}  // namespace weir::sense
