#include "kernel/wire/softnet.h"

#include <array>

#include "base/text.h"
#include "kernel/wire/lines.h"

namespace weir::wire {
namespace {

constexpr std::size_t processed_column = 0;
constexpr std::size_t dropped_column = 1;
constexpr std::size_t time_squeeze_column = 2;
constexpr std::size_t received_rps_column = 9;
constexpr std::size_t flow_limit_column = 10;
constexpr std::size_t queue_length_column = 11;
constexpr std::size_t cpu_column = 12;
constexpr std::size_t softnet_columns = 13;

}  // namespace

std::vector<SoftnetCpu> parse_softnet(std::string_view text, std::span<const std::int64_t> online) {
  std::vector<SoftnetCpu> cpus;
  LineReader lines(text);
  for (std::size_t line_number = 0; const auto line = lines.next(); ++line_number) {
    WordReader words(*line);
    std::array<std::int64_t, softnet_columns> columns{};
    std::size_t count = 0;
    for (; count < columns.size(); ++count) {
      const auto number = parse_hex(words.next());
      if (!number || *number > UINT32_MAX) break;
      columns[count] = static_cast<std::int64_t>(*number);
    }
    if (count <= time_squeeze_column) continue;
    const std::int64_t by_line =
        line_number < online.size() ? online[line_number] : static_cast<std::int64_t>(line_number);
    SoftnetCpu cpu;
    cpu.cpu = count > cpu_column ? columns[cpu_column] : by_line;
    cpu.processed = columns[processed_column];
    cpu.dropped = columns[dropped_column];
    cpu.time_squeeze = columns[time_squeeze_column];
    cpu.received_rps = columns[received_rps_column];
    cpu.flow_limit = columns[flow_limit_column];
    if (count > cpu_column) cpu.queue_length = columns[queue_length_column];
    cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace weir::wire
