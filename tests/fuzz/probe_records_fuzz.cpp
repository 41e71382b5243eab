// Answers of the probes: any bytes give counts or an error, and the counts that were read can be
// written and read again.
#include <cstdint>

#include "kernel/wire/probe_records.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const auto bytes = std::as_bytes(std::span(data, size));
  if (const auto counts = wire::parse_socket_counts(bytes); counts.ok()) {
    const auto again = wire::parse_socket_counts(wire::write_socket_counts(*counts));
    if (!again.ok() || *again != *counts) __builtin_trap();
  }
  if (const auto listeners = wire::parse_listener_probes(bytes); listeners.ok()) {
    const auto again = wire::parse_listener_probes(wire::write_listener_probes(*listeners));
    if (!again.ok() || *again != *listeners) __builtin_trap();
  }
  return 0;
}
