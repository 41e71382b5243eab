// Queueing disciplines from rtnetlink (RTM_GETQDISC): the request and the answer, both ways. Not
// classes and filters: the rates of an htb or hfsc are on its classes.
#pragma once

#include <functional>

#include "kernel/wire/netlink.h"
#include "model/link.h"

namespace weir::wire {

/// A dump request, ready for Netlink::dump_some over protocol_route. The kernel leaves out the
/// queues that it made itself below an mq; the mq's counters include theirs (net/sched/sch_mq.c,
/// mq_dump).
[[nodiscard]] ByteBuffer build_qdisc_request();

/// Visits the qdiscs of one datagram; kinds are escaped. `rate_bytes` is set for tbf, cake and
/// netem if they shape, `limit` for pfifo, bfifo, codel, fq_codel, fq, tbf and netem. Returns
/// whether the dump was interrupted.
[[nodiscard]] Result<bool> parse_qdisc_datagram(ByteSpan datagram,
                                                const std::function<void(Qdisc)>& visitor);

/// Appends the message that the kernel would send for this qdisc.
void write_qdisc(MessageWriter& writer, const Qdisc& qdisc);

}  // namespace weir::wire
