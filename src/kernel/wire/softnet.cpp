#include "kernel/wire/softnet.h"

#include <array>

#include "base/text.h"
#include "kernel/wire/lines.h"

namespace weir::wire {
namespace {

constexpr std::size_t processed_column = 0;
constexpr std::size_t dropped_column = 1;
constexpr std::size_t time_squeeze_column = 2;
constexpr std::size_t cpu_column = 12;
constexpr std::size_t column_count = 13;

}  // namespace

std::vector<SoftnetCpu> parse_softnet(std::string_view text) {
  std::vector<SoftnetCpu> cpus;
  LineReader lines(text);
  for (std::int64_t line_number = 0; const auto line = lines.next(); ++line_number) {
    WordReader words(*line);
    std::array<std::int64_t, column_count> columns{};
    std::size_t count = 0;
    for (; count < columns.size(); ++count) {
      const auto number = parse_hex(words.next());
      if (!number || *number > UINT32_MAX) break;
      columns[count] = static_cast<std::int64_t>(*number);
    }
    if (count <= time_squeeze_column) continue;
    cpus.push_back({count > cpu_column ? columns[cpu_column] : line_number, columns[processed_column], columns[dropped_column], columns[time_squeeze_column]});
  }
  return cpus;
}

}  // namespace weir::wire
