// forge_packet(): one whole IP packet of a flood, with checksums.
// Not a packet library: five kinds, no options, no payload.
#pragma once

#include <cstdint>
#include <string>

#include "lab/flood.h"

namespace weir::lab {

/// Addresses in the form of the IP header, 4 or 16 bytes.
struct PacketEnds {
  std::string source;
  std::string target;
  std::uint16_t source_port = 0;
  std::uint16_t target_port = 0;
};

/// `number` becomes the sequence and acknowledgement number, or the echo's identifier.
[[nodiscard]] std::string forge_packet(FloodKind kind, Family family, const PacketEnds& ends,
                                       std::uint32_t number);

/// RFC 1071: the checksum of bytes after a partial sum.
[[nodiscard]] std::uint16_t internet_checksum(const std::string& bytes, std::uint32_t sum = 0);

}  // namespace weir::lab
