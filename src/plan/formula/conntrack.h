// Entries of connection tracking that a load keeps, by the time for which the kernel keeps each
// state, and the hash for them. Not whether connection tracking is in use.
#pragma once

#include <cstdint>

#include "base/text.h"
#include "base/units.h"

namespace weir::plan::formula {

/// nf_conntrack_tcp_timeout_*: how long an entry remains after its connection has ended
/// (Documentation/networking/nf_conntrack-sysctl.rst).
struct ConntrackTimeouts {
  Nanoseconds time_wait = seconds(120);
  Nanoseconds syn_recv = seconds(60);
};

/// The sum of three: open connections; closed ones, rate · time_wait; and those that never complete
/// (`never_ppm` of a million), rate · syn_recv. Saturates.
[[nodiscard]] std::int64_t compute_conntrack_entries(std::int64_t open, PerSecond rate,
                                                     std::int64_t never_ppm,
                                                     ConntrackTimeouts timeouts);

/// Buckets of the hash for a limit: equal to the limit since 5.15; a quarter of it before, which
/// was the kernel's own ratio (net/netfilter/nf_conntrack_core.c nf_conntrack_init_start(), commit
/// d532bcd0b269). Each entry is in the hash twice. At least 1024.
[[nodiscard]] std::int64_t compute_conntrack_buckets(std::int64_t limit, KernelVersion kernel);

}  // namespace weir::plan::formula
