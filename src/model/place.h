// Place: the machine, the boot and the network namespace of a reading, a plan or a change, and the
// only comparison of two of them. Not a Provenance: no time and no reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace weir {

struct Place {
  std::string machine_id;  ///< of /etc/machine-id; empty: the host has none
  std::string boot_id;     ///< of /proc/sys/kernel/random/boot_id
  /// inode of the network namespace. After a namespace has ended, the kernel gives its number to a
  /// new one (proc_alloc_inum(), fs/proc/generic.c).
  std::uint64_t netns = 0;
  /// the namespace's own number, which the kernel uses only once in a boot; nothing before Linux
  /// 5.14
  std::optional<std::uint64_t> netns_cookie = std::nullopt;
  friend bool operator==(const Place&, const Place&) = default;
};

/// The first difference, in this order.
enum class PlaceDifference {
  machine,
  boot,
  netns,
  /// the other namespace is gone, and a new one has its inode
  successor,
};

/// The difference between two places; nothing if they are the same. A machine id or a cookie that
/// one side does not know is not compared.
[[nodiscard]] std::optional<PlaceDifference> find_difference(const Place& a, const Place& b);

/// The same place without the machine id. A change can be undone in the same boot, even after
/// /etc/machine-id was written again.
[[nodiscard]] Place without_machine(Place place);

/// The same network namespace of the same boot.
[[nodiscard]] inline bool is_same_namespace(const Place& a, const Place& b) {
  return !find_difference(without_machine(a), b);
}

/// The place `then`, seen from `now`, after "made for" or "taken in": "another boot (BOOT; this is
/// BOOT)", "a network namespace that is gone (a new one has its inode 7)".
[[nodiscard]] std::string describe_difference(PlaceDifference difference, const Place& then,
                                              const Place& now);

}  // namespace weir
