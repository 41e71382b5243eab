// The meaning of each bit of a link mode mask: its speed and its duplex. Not the media and the
// error correction: those bits have no speed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace weir::wire {

struct LinkMode {
  std::int64_t mbit = 0;
  bool full = false;
  friend bool operator==(const LinkMode&, const LinkMode&) = default;
};

/// Nothing for unknown bits, and for bits that are not a mode (autonegotiation, ports, pause, error
/// correction).
[[nodiscard]] std::optional<LinkMode> link_mode_of(std::size_t bit);

/// A bit of that mode; nothing if no bit has it.
[[nodiscard]] std::optional<std::size_t> find_link_mode_bit(const LinkMode& mode);

}  // namespace weir::wire
