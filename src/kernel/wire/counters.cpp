#include "kernel/wire/counters.h"

#include <array>
#include <optional>
#include <vector>

#include "base/text.h"
#include "kernel/wire/lines.h"

namespace weir::wire {
namespace {

/// A counter as the kernel prints it. Some are signed, and an unsigned one may exceed the range;
/// then it wraps.
std::optional<std::int64_t> parse_counter(std::string_view text) {
  if (const auto number = parse_integer(text)) return number;
  const auto wrapped = parse_unsigned(text);
  if (!wrapped) return std::nullopt;
  return to_counter(*wrapped);
}

std::string join(std::string_view group, std::string_view name) {
  std::string key;
  key.reserve(group.size() + 1 + name.size());
  key.append(group).append(1, '.').append(name);
  return key;
}

void add_pair(std::string_view names, std::string_view values, Counters& counters) {
  WordReader name_reader(names);
  WordReader value_reader(values);
  auto group = name_reader.next();
  if (group.empty() || group != value_reader.next() || !group.ends_with(':')) return;
  group.remove_suffix(1);
  while (true) {
    const auto name = name_reader.next();
    const auto value = value_reader.next();
    if (name.empty() || value.empty()) return;
    if (const auto number = parse_counter(value)) counters[join(group, name)] = *number;
  }
}

constexpr std::size_t processed_column = 0;
constexpr std::size_t dropped_column = 1;
constexpr std::size_t time_squeeze_column = 2;
constexpr std::size_t received_rps_column = 9;
constexpr std::size_t flow_limit_column = 10;
constexpr std::size_t queue_length_column = 11;
constexpr std::size_t cpu_column = 12;
constexpr std::size_t softnet_columns = 13;

}  // namespace

void parse_counter_pairs(std::string_view text, Counters& counters) {
  LineReader lines(text);
  while (const auto names = lines.next()) {
    const auto values = lines.next();
    if (!values) return;
    add_pair(*names, *values, counters);
  }
}

void parse_snmp6(std::string_view text, Counters& counters) {
  LineReader lines(text);
  while (const auto line = lines.next()) {
    WordReader words(*line);
    const auto name = words.next();
    const auto number = parse_counter(words.next());
    const auto six = name.find('6');
    if (!number || six == std::string_view::npos || six + 1 == name.size()) continue;
    counters[join(name.substr(0, six + 1), name.substr(six + 1))] = *number;
  }
}

void parse_sockstat(std::string_view text, Counters& counters) {
  LineReader lines(text);
  while (const auto line = lines.next()) {
    WordReader words(*line);
    auto group = words.next();
    if (!group.ends_with(':')) continue;
    group.remove_suffix(1);
    while (true) {
      const auto name = words.next();
      const auto number = parse_counter(words.next());
      if (!number) break;
      counters[join(group, name)] = *number;
    }
  }
}

void parse_stat_table(std::string_view text, std::string_view prefix, Counters& counters) {
  LineReader lines(text);
  const auto header = lines.next();
  if (!header) return;
  const auto names = split_words(*header);
  std::vector<std::uint64_t> sums(names.size());
  bool first = true;
  while (const auto line = lines.next()) {
    WordReader words(*line);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto number = parse_hex(words.next());
      if (!number) break;
      if (names[i] != "entries" || first) sums[i] += *number;
    }
    first = false;
  }
  if (first) return;
  for (std::size_t i = 0; i < names.size(); ++i) {
    counters[std::string(prefix) + std::string(names[i])] = to_counter(sums[i]);
  }
}

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
