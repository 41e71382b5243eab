// Qdisc datagrams: any bytes give qdiscs or an error, and a qdisc that was read can be written and
// read again.
#include <cstdint>
#include <utility>
#include <vector>

#include "kernel/wire/qdisc.h"
#include "kernel/wire/qdisc_options.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const auto result =
      wire::parse_qdisc_datagram(std::as_bytes(std::span(data, size)), [](const Qdisc& qdisc) {
        wire::MessageWriter writer;
        wire::write_qdisc(writer, qdisc);
        int again = 0;
        const auto copy = wire::parse_qdisc_datagram(writer.bytes(), [&](const Qdisc& other) {
          ++again;
          if (other.link != qdisc.link || other.parent != qdisc.parent ||
              other.bytes != qdisc.bytes || other.drops != qdisc.drops)
            __builtin_trap();
        });
        if (!copy.ok() || again != 1) __builtin_trap();
      });
  static_cast<void>(result.ok());
  // Reads the same bytes also as the request that makes the discipline again: a root with a text is
  // requested as it was reported.
  std::vector<QdiscSetup> setups;
  static_cast<void>(
      wire::parse_qdisc_setups(std::as_bytes(std::span(data, size)), [&](QdiscSetup setup) {
        setups.push_back(std::move(setup));
      }).ok());
  for (const auto& setup : setups) {
    const auto root = find_root_qdisc(setups, setup.link);
    if (!root.ok()) continue;
    const auto again = parse_root_qdisc(format_root_qdisc(*root));
    if (!again || !is_such_qdisc(*root, *again)) __builtin_trap();
    if (!wire::build_root_qdisc_change(setup.link, *root).ok()) __builtin_trap();
  }
  return 0;
}
