// struct tcp_info and SK_MEMINFO in inet_diag messages: bytes ↔ FlowState, both ways. Not the
// socket around them: see sock_diag.h.
#pragma once

#include "kernel/wire/netlink.h"
#include "model/flow.h"

namespace weir::wire {

/// The fields of struct tcp_info. An older kernel sends fewer bytes: missing fields are 0. A newer
/// kernel sends more: they are ignored.
void parse_tcp_info(ByteSpan bytes, FlowState& flow);
/// rmem_alloc, rcvbuf, wmem_queued and sndbuf; nothing changes if the bytes are too few.
void parse_memory(ByteSpan bytes, FlowState& flow);

/// The bytes that the kernel would send. Durations are cut to the unit of a field: microseconds, or
/// milliseconds for last_….
[[nodiscard]] ByteBuffer write_tcp_info(const FlowState& flow);
[[nodiscard]] ByteBuffer write_memory(const FlowState& flow, std::uint32_t drops);

}  // namespace weir::wire
