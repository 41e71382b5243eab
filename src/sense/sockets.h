// Reads sockets: the dumps of sock_diag themselves, the TCP listeners, and the UDP sockets that
// drop what they receive. Not what is counted in a dump (socket_walk.h), and not the owners
// (owners.h, group_owners.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "kernel/wire/sock_diag.h"
#include "model/counters.h"
#include "model/listener.h"
#include "model/socket_group.h"
#include "sense/file_reader.h"

namespace weir::sense {

inline constexpr std::size_t max_listeners = 16384;

/// The listeners of both families, ordered by port, address, cookie; `dropped` counts listeners
/// beyond max_listeners.
[[nodiscard]] Result<std::vector<Listener>> read_listeners(kernel::Netlink& netlink,
                                                           std::int64_t& dropped);

using SocketVisitor = std::function<void(const wire::DiagSocket&)>;
/// Returns false if it needs no more bytes.
using SocketSampler = std::function<bool(const wire::DiagSocket&)>;

/// Calls the visitor once for each socket in those states. Nothing is collected. `restart` is
/// called when the walk starts again.
Status visit_sockets(kernel::Netlink& netlink, const wire::ByteBuffer& request,
                     const std::function<void()>& restart, const SocketVisitor& visitor);
/// The same in one walk, until the sampler needs no more. Returns whether the walk came to its end.
Result<bool> sample_sockets(kernel::Netlink& netlink, const wire::ByteBuffer& request,
                            const SocketSampler& sampler);

[[nodiscard]] wire::ByteBuffer build_listener_request();

inline constexpr std::size_t max_udp_sockets = 16;

/// Empty unless the namespace's counters moved from `before` to `now`; they say nothing of who it
/// was.
[[nodiscard]] std::vector<UdpSocket> read_udp_sockets(FileReader& reader, const Counters& before,
                                                      const Counters& now);

}  // namespace weir::sense
