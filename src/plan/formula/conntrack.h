// Entries of connection tracking that a load keeps, by how long the kernel keeps each state, and
// the hash for them. Not whether connection tracking is in use at all.
#pragma once

#include <cstdint>

#include "base/text.h"
#include "base/units.h"

namespace weir::plan::formula {

/// nf_conntrack_tcp_timeout_*: how long an entry outlives its connection
/// (Documentation/networking/nf_conntrack-sysctl.rst).
struct ConntrackTimeouts {
  Nanoseconds time_wait = seconds(120);
  Nanoseconds syn_recv = seconds(60);
};

/// Open connections; closed ones, rate · time_wait; and of those that never complete (of a million
/// `never_ppm`), rate · syn_recv. Saturates.
[[nodiscard]] std::int64_t compute_conntrack_entries(std::int64_t open, PerSecond rate,
                                                     std::int64_t never_ppm,
                                                     ConntrackTimeouts timeouts);

/// Buckets of the hash for a limit: as many, since 5.15; before, a quarter, as the kernel's own
/// ratio was (net/netfilter/nf_conntrack_core.c nf_conntrack_init_start(), commit d532bcd0b269).
/// Each entry stands in it twice. At least 1024.
[[nodiscard]] std::int64_t compute_conntrack_buckets(std::int64_t limit, KernelVersion kernel);

}  // namespace weir::plan::formula
