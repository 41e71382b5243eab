// Link datagrams: any bytes give links or an error, and a link that was read can be written and
// read again.
#include <cstdint>

#include "kernel/wire/rtnetlink.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const auto result =
      wire::parse_link_datagram(std::as_bytes(std::span(data, size)), [](const Link& link) {
        wire::MessageWriter writer;
        wire::write_link(writer, link);
        int again = 0;
        const auto copy = wire::parse_link_datagram(writer.bytes(), [&](const Link& other) {
          ++again;
          if (other.index != link.index || other.rx_bytes != link.rx_bytes ||
              other.rx_missed_errors != link.rx_missed_errors ||
              other.statistics != link.statistics)
            __builtin_trap();
        });
        if (!copy.ok() || again != 1) __builtin_trap();
      });
  static_cast<void>(result.ok());
  return 0;
}
