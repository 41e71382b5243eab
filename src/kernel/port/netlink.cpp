#include "kernel/port/netlink.h"

namespace weir::kernel {

Status Netlink::dump(int protocol, std::span<const std::byte> request, const ByteVisitor& visitor) {
  return dump_some(protocol, request, [&](std::span<const std::byte> datagram) {
    visitor(datagram);
    return true;
  });
}

}  // namespace weir::kernel
