// Neighbour datagrams: any bytes give entries or an error, and an entry that was read can be
// written and read again.
#include <cstdint>

#include "kernel/wire/neighbour.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const auto bytes = std::as_bytes(std::span(data, size));
  static_cast<void>(wire::parse_neighbour_request(bytes));
  const auto result = wire::parse_neighbour_datagram(bytes, [](const wire::Neighbour& neighbour) {
    wire::MessageWriter writer;
    wire::write_neighbour(writer, neighbour);
    int again = 0;
    const auto copy =
        wire::parse_neighbour_datagram(writer.bytes(), [&](const wire::Neighbour& other) {
          ++again;
          if (other != neighbour) __builtin_trap();
        });
    if (!copy.ok() || again != 1) __builtin_trap();
  });
  static_cast<void>(result.ok());
  return 0;
}
