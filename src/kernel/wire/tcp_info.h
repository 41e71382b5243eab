// struct tcp_info and SK_MEMINFO as inet_diag carries them: bytes ↔ FlowState, both ways.
// Not the socket around them: see sock_diag.h.
#pragma once

#include "kernel/wire/netlink.h"
#include "model/flow.h"

namespace weir::wire {

/// The fields that struct tcp_info has. An older kernel sends fewer bytes: what is missing is 0; a
/// newer one more: they are passed over.
void parse_tcp_info(ByteSpan bytes, FlowState& flow);
/// rmem_alloc, rcvbuf, wmem_queued and sndbuf; nothing changes when the bytes are too few.
void parse_memory(ByteSpan bytes, FlowState& flow);

/// The bytes that the kernel would send. Durations are cut to what a field counts in: microseconds,
/// or milliseconds for last_….
[[nodiscard]] ByteBuffer write_tcp_info(const FlowState& flow);
[[nodiscard]] ByteBuffer write_memory(const FlowState& flow, std::uint32_t drops);

}  // namespace weir::wire
