// Qdisc datagrams: any bytes give qdiscs or an error, and a qdisc that was read can be written and read again.
#include <cstdint>

#include "kernel/wire/qdisc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const auto result = wire::parse_qdisc_datagram(std::as_bytes(std::span(data, size)), [](const Qdisc& qdisc) {
    wire::MessageWriter writer;
    wire::write_qdisc(writer, qdisc);
    int again = 0;
    const auto copy = wire::parse_qdisc_datagram(writer.bytes(), [&](const Qdisc& other) {
      ++again;
      if (other.link != qdisc.link || other.parent != qdisc.parent || other.bytes != qdisc.bytes || other.drops != qdisc.drops) __builtin_trap();
    });
    if (!copy.ok() || again != 1) __builtin_trap();
  });
  static_cast<void>(result.ok());
  return 0;
}
