// Hardware addresses: bytes ↔ "52:54:00:00:00:01". Their length varies: Ethernet has 6 bytes,
// InfiniBand 20.
#pragma once

#include <string>
#include <string_view>

#include "kernel/wire/netlink.h"

namespace weir::wire {

/// Of at most MAX_ADDR_LEN bytes (linux/netdevice.h); empty for none.
[[nodiscard]] std::string format_link_address(ByteSpan bytes);
[[nodiscard]] ByteBuffer parse_link_address(std::string_view text);

}  // namespace weir::wire
