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

/// Nothing for unknown bits, and for bits that are not a mode (autonegotiation, ports, pause, error
/// correction).
[[nodiscard]] std::optional<LinkMode> link_mode_of(std::size_t bit);

/// A bit of that mode; nothing if no bit has it.
[[nodiscard]] std::optional<std::size_t> find_link_mode_bit(const LinkMode& mode);

/// The command's number, its first four bytes; 0 if the bytes are fewer.
[[nodiscard]] std::uint32_t parse_ethtool_command(ByteSpan command);

// ETHTOOL_GLINKSETTINGS takes two steps. Without room for the masks, the kernel answers with the
// number of words of each. With that number, it fills them in.

/// The kernel has at most SCHAR_MAX words for a mask.
inline constexpr std::size_t max_mask_words = 127;

[[nodiscard]] ByteBuffer build_link_settings(std::size_t words);
/// The number of words that the kernel wants, from the answer to build_link_settings(0). Nothing if
/// the answer does not contain it.
[[nodiscard]] std::optional<std::size_t> parse_mask_words(ByteSpan answer);

struct LinkSettings {
  std::optional<std::int64_t> speed_mbit;  ///< nothing for SPEED_UNKNOWN and 0
  LinkModes modes;
  friend bool operator==(const LinkSettings&, const LinkSettings&) = default;
};
/// The answer of the second step; nothing for other bytes.
[[nodiscard]] std::optional<LinkSettings> parse_link_settings(ByteSpan answer);
/// The answer of a driver with these settings: a mode for each of their speeds, with this number of
/// words for each mask.
[[nodiscard]] ByteBuffer write_link_settings(const LinkSettings& settings, std::size_t words);

// The driver's counters: their number (ETHTOOL_GSSET_INFO), their names (ETHTOOL_GSTRINGS), their
// values (ETHTOOL_GSTATS).

[[nodiscard]] ByteBuffer build_counter_count();
[[nodiscard]] std::optional<std::size_t> parse_counter_count(ByteSpan answer);
[[nodiscard]] ByteBuffer build_counter_names(std::size_t count);
/// Visits the names in their order; false if the answer has another number of them.
[[nodiscard]] bool parse_counter_names(
    ByteSpan answer, std::size_t count,
    const std::function<void(std::size_t, std::string_view)>& visitor);
[[nodiscard]] ByteBuffer build_counter_values(std::size_t count);
/// The value at a place of the answer; nothing if the answer has another number of values.
[[nodiscard]] std::optional<std::int64_t> parse_counter_value(ByteSpan answer, std::size_t count,
                                                              std::size_t at);

[[nodiscard]] ByteBuffer write_counter_count(std::size_t count);
[[nodiscard]] ByteBuffer write_counter_names(const std::vector<std::string>& names);
[[nodiscard]] ByteBuffer write_counter_values(const std::vector<std::int64_t>& values);

// ETHTOOL_GCHANNELS: the queues in use.

[[nodiscard]] ByteBuffer build_channels();
/// Queues that receive: the ones only for receiving and the ones for both directions. Nothing if
/// the answer is too short.
[[nodiscard]] std::optional<std::int64_t> parse_receive_queues(ByteSpan answer);
[[nodiscard]] ByteBuffer write_channels(std::int64_t combined);

}  // namespace weir::wire
