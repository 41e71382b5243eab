// Reads TCP sockets through sock_diag: the listeners, and those in the states that few sockets are in.
// Not the established ones, whose walk costs too much, and not the owners.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernel/port/kernel.h"
#include "kernel/wire/sock_diag.h"
#include "model/snapshot.h"

namespace weir::sense {

inline constexpr std::size_t max_listeners = 16384;

/// Above so many sockets the walk for rare states is left out: at 200,000 it costs 35 ms of CPU on the machine where it was measured.
inline constexpr std::int64_t max_walked_sockets = 300'000;

/// The listeners of both families, ordered by port, address, cookie; `dropped` counts those beyond max_listeners.
[[nodiscard]] Result<std::vector<Listener>> read_listeners(kernel::Netlink& netlink, std::int64_t& dropped);

/// Counts the rare states (all of them, also those with 0) and sets half_open of each listener.
Status read_states(kernel::Netlink& netlink, std::map<std::string, std::int64_t>& states, std::vector<Listener>& listeners);

/// Whether a half-open request with this local end belongs to the listener: its own address, or any. A listener of [::] takes IPv4 too, unless v6only.
[[nodiscard]] bool accepts(const Listener& listener, const wire::RawAddress& listener_address, const wire::DiagSocket& request);

/// All sockets of those states, one call of the visitor for each. Nothing is collected.
Status visit_sockets(kernel::Netlink& netlink, const wire::ByteBuffer& request, const std::function<void()>& restart,
                     const std::function<void(const wire::DiagSocket&)>& visitor);

[[nodiscard]] wire::ByteBuffer build_listener_request();

}  // namespace weir::sense
