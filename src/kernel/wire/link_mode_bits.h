// What each bit of a link mode mask stands for: its speed and its duplex.
// Not the media and the error correction: those bits have no speed.
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

/// Nothing for bits that are no mode (autonegotiation, ports, pause, error correction) and for bits
/// that are not known.
[[nodiscard]] std::optional<LinkMode> link_mode_of(std::size_t bit);

/// A bit of that mode; nothing when there is none.
[[nodiscard]] std::optional<std::size_t> find_link_mode_bit(const LinkMode& mode);

}  // namespace weir::wire
