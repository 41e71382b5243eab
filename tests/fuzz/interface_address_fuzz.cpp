// Address datagrams: any bytes give addresses or an error, and an address that was read can be
// written and read again.
#include <cstdint>

#include "kernel/wire/rtnetlink.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const auto result = wire::parse_address_datagram(
      std::as_bytes(std::span(data, size)), [](const wire::InterfaceAddress& address) {
        wire::MessageWriter writer;
        wire::write_interface_address(writer, address);
        int again = 0;
        const auto copy =
            wire::parse_address_datagram(writer.bytes(), [&](const wire::InterfaceAddress& other) {
              ++again;
              if (other != address) __builtin_trap();
            });
        if (!copy.ok() || again != 1) __builtin_trap();
      });
  static_cast<void>(result.ok());
  return 0;
}
