// The value that a kernel would have chosen for a parameter on a given machine. Some are the
// catalog's fixed defaults by version; the kernel computes the others at boot, by rules. Pure. Not
// the live value, and not the value that a distribution or systemd sets afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/units.h"
#include "model/configuration.h"
#include "model/parameter.h"
#include "model/snapshot.h"

namespace weir::judge {

/// The facts about a machine that the rules need. A fact that was neither read nor estimated is
/// zero.
struct HostFacts {
  KernelVersion kernel;
  Bytes memory;
  Bytes page_size{4096};
  /// the results that nr_free_buffer_pages() may have had at boot, the likeliest first
  std::vector<Pages> buffer_pages;
  std::int64_t ehash_entries = 0;
  std::int64_t cpus = 0;
};

/// Facts that could not be read, or that a described machine does not give, are estimated from its
/// memory if the memory is known.
[[nodiscard]] HostFacts compute_facts(const Snapshot& snapshot);
[[nodiscard]] HostFacts compute_facts(const ConfigHost& host);

/// Buckets of the TCP established hash: one for 128 KiB of memory, rounded up to a power of two, at
/// most 524288 (net/ipv4/tcp.c tcp_init(), mm alloc_large_system_hash(); the same from 3.10
/// to 6.18).
[[nodiscard]] std::int64_t estimate_ehash_entries(Bytes memory);

using Integers = std::vector<std::int64_t>;

/// The kernel's own choice. It is unknown if it has neither text nor candidates.
struct KernelChoice {
  std::string text;  ///< as the kernel prints it
  /// the values of a numeric parameter: the likeliest first, which equals `text`
  std::vector<Integers> candidates;
  /// share by which each integer may differ, because a fact of the boot is not known exactly
  double tolerance = 0;
};

[[nodiscard]] KernelChoice compute_default(const Parameter& parameter, const HostFacts& facts);

/// Whether compute_default() knows the rule: "distribution" (never compared), or a rule that it
/// computes.
[[nodiscard]] bool knows_default_rule(std::string_view rule);

/// Whether the kernel could have chosen these integers by itself.
[[nodiscard]] bool equals_default(const KernelChoice& choice, const Integers& value);
/// Whether the integer at `index` is below every value that the kernel could have chosen.
[[nodiscard]] bool is_below_default(const KernelChoice& choice, const Integers& value,
                                    std::size_t index);
/// Whether a running value below the choice may still be the kernel's own: computed from less
/// memory, which the host had when it booted.
[[nodiscard]] bool may_be_boot_choice(const KernelChoice& choice, const Integers& value);

}  // namespace weir::judge
