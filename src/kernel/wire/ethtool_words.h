// The words inside the masks, features and counts of ethtool's commands. Not a command: those are
// in ethtool.h and ethtool_settings.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include <linux/ethtool.h>

namespace weir::wire {

inline constexpr std::size_t word_size = sizeof(std::uint32_t);
inline constexpr std::size_t word_bits = 32;
/// The place of a set's number in an answer to ETHTOOL_GSSET_INFO: struct ethtool_sset_info ends
/// with data[].
inline constexpr std::size_t set_count_at = sizeof(ethtool_sset_info);

}  // namespace weir::wire
