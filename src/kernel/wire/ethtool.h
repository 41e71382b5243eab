// The commands of SIOCETHTOOL that sense asks (linux/ethtool.h): bytes of the command, and what the
// kernel wrote into them, both ways; and what each bit of a link mode mask stands for. Not a call,
// and none of the commands that change something.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "kernel/wire/netlink.h"
#include "model/link.h"

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

/// The command's number, its first four bytes; 0 when there are fewer.
[[nodiscard]] std::uint32_t parse_ethtool_command(ByteSpan command);

// ETHTOOL_GLINKSETTINGS in two steps: asked with no room for the masks, the kernel answers how many
// words each has; asked with that many, it fills them in.

/// The words that the kernel has for a mask are at most SCHAR_MAX.
inline constexpr std::size_t max_mask_words = 127;

[[nodiscard]] ByteBuffer build_link_settings(std::size_t words);
/// How many words the kernel wants, from the answer to build_link_settings(0); nothing when the
/// answer says no such thing.
[[nodiscard]] std::optional<std::size_t> parse_mask_words(ByteSpan answer);

struct LinkSettings {
  std::optional<std::int64_t> speed_mbit;  ///< nothing for SPEED_UNKNOWN and 0
  LinkModes modes;
  friend bool operator==(const LinkSettings&, const LinkSettings&) = default;
};
/// The answer of the second step; nothing when it is not one.
[[nodiscard]] std::optional<LinkSettings> parse_link_settings(ByteSpan answer);
/// The answer that a driver with these settings gives, with a mode of each speed that they name, in
/// so many words for each mask.
[[nodiscard]] ByteBuffer write_link_settings(const LinkSettings& settings, std::size_t words);

// The driver's counters: how many (ETHTOOL_GSSET_INFO), their names (ETHTOOL_GSTRINGS), their
// values (ETHTOOL_GSTATS).

[[nodiscard]] ByteBuffer build_counter_count();
[[nodiscard]] std::optional<std::size_t> parse_counter_count(ByteSpan answer);
[[nodiscard]] ByteBuffer build_counter_names(std::size_t count);
/// Visits the names in their order; false when the answer is not of so many.
[[nodiscard]] bool parse_counter_names(
    ByteSpan answer, std::size_t count,
    const std::function<void(std::size_t, std::string_view)>& visitor);
[[nodiscard]] ByteBuffer build_counter_values(std::size_t count);
/// The value at a place of the answer; nothing when the answer is not of so many.
[[nodiscard]] std::optional<std::int64_t> parse_counter_value(ByteSpan answer, std::size_t count,
                                                              std::size_t at);

[[nodiscard]] ByteBuffer write_counter_count(std::size_t count);
[[nodiscard]] ByteBuffer write_counter_names(const std::vector<std::string>& names);
[[nodiscard]] ByteBuffer write_counter_values(const std::vector<std::int64_t>& values);

// ETHTOOL_GCHANNELS: the queues in use.

[[nodiscard]] ByteBuffer build_channels();
/// Queues that receive: those for receiving alone and those for both; nothing when the answer is
/// too short.
[[nodiscard]] std::optional<std::int64_t> parse_receive_queues(ByteSpan answer);
[[nodiscard]] ByteBuffer write_channels(std::int64_t combined);

}  // namespace weir::wire
