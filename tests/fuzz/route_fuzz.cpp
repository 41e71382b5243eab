// Route datagrams: any bytes give routes or an error, and a route that was read can be written and
// read again.
#include <cstdint>

#include "kernel/wire/route.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const auto bytes = std::as_bytes(std::span(data, size));
  static_cast<void>(wire::parse_route_request(bytes));
  const auto result = wire::parse_route_datagram(bytes, [](const wire::Route& route) {
    wire::MessageWriter writer;
    wire::write_route(writer, route);
    int again = 0;
    const auto copy = wire::parse_route_datagram(writer.bytes(), [&](const wire::Route& other) {
      ++again;
      if (other.family != route.family || other.prefix != route.prefix ||
          other.hops != route.hops || other.main != route.main)
        __builtin_trap();
    });
    if (!copy.ok() || again != 1) __builtin_trap();
  });
  static_cast<void>(result.ok());
  return 0;
}
