#include "kernel/port/kernel.h"

namespace weir::kernel {

Result<std::string> read_text(Files& files, const std::string& path, std::size_t limit) {
  std::string text;
  WEIR_CHECK(files.read(path, limit, [&](std::span<const std::byte> bytes) {
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }));
  return text;
}

Status Netlink::dump(int protocol, std::span<const std::byte> request, const ByteVisitor& visitor) {
  return dump_some(protocol, request, [&](std::span<const std::byte> datagram) {
    visitor(datagram);
    return true;
  });
}

}  // namespace weir::kernel
