#include "kernel/wire/host.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"
#include "kernel/wire/lines.h"

namespace weir::wire {
namespace {

constexpr std::int64_t max_pages = INT64_MAX / 65536;  // no machine has more; keeps sums in range

/// The zones that GFP_USER allocations may come from: those below HighMem and Movable.
bool is_buffer_zone(std::string_view name) {
  return name == "DMA" || name == "DMA32" || name == "Normal";
}

/// The times of one line of /proc/stat, after its name.
CpuTicks read_ticks(WordReader& words) {
  constexpr std::size_t idle = 3;
  constexpr std::size_t iowait = 4;
  constexpr std::size_t softirq = 6;
  constexpr std::size_t parts = 8;  // user nice system idle iowait irq softirq steal
  CpuTicks ticks;
  for (std::size_t i = 0; i < parts; ++i) {
    const auto number = parse_integer(words.next()).value_or(0);
    if (number < 0 || number > INT64_MAX / 16) continue;
    ticks.total.count += number;
    if (i == idle || i == iowait) ticks.idle.count += number;
    if (i == softirq) ticks.softirq.count = number;
  }
  return ticks;
}

// hexadecimal digits: more CPUs than any kernel has (NR_CPUS is at most 8192)
constexpr std::size_t max_mask = 4096;
constexpr std::size_t group_digits = 8;

}  // namespace

std::optional<Bytes> parse_memory_total(std::string_view meminfo) {
  constexpr std::int64_t bytes_per_kib = 1024;
  LineReader lines(meminfo);
  while (const auto line = lines.next()) {
    if (!line->starts_with("MemTotal:")) continue;
    WordReader words(*line);
    words.next();
    const auto number = parse_integer(words.next());
    if (!number || *number < 0 || *number > INT64_MAX / bytes_per_kib) return std::nullopt;
    return Bytes{*number * bytes_per_kib};
  }
  return std::nullopt;
}

std::optional<Pages> parse_buffer_pages(std::string_view zoneinfo) {
  bool counted = false;
  bool any = false;
  std::int64_t high = 0;
  std::int64_t pages = 0;
  LineReader lines(zoneinfo);
  while (const auto line = lines.next()) {
    WordReader words(*line);
    const auto name = words.next();
    if (name == "Node") {
      words.next();
      counted = words.next() == "zone" && is_buffer_zone(words.next());
      high = 0;
    } else if (counted && (name == "high" || name == "managed")) {
      const auto number = parse_integer(words.next());
      if (!number || *number < 0 || *number > max_pages) continue;
      if (name == "high") {
        high = *number;
      } else if (*number > high && pages <= max_pages) {
        pages += *number - high;
      }
      any = any || name == "managed";
    }
  }
  if (!any) return std::nullopt;
  return Pages{pages};
}

std::optional<CpuTimes> parse_cpu_times(std::string_view stat) {
  CpuTimes times;
  bool found = false;
  LineReader lines(stat);
  while (const auto line = lines.next()) {
    if (!line->starts_with("cpu")) break;  // the CPUs come first
    WordReader words(*line);
    if (words.next() != "cpu") {
      ++times.cpus;
      continue;
    }
    found = true;
    const auto ticks = read_ticks(words);
    times.total = ticks.total;
    times.busy.count = ticks.total.count - ticks.idle.count;
  }
  if (!found) return std::nullopt;
  return times;
}

std::vector<CpuTicks> parse_cpu_ticks(std::string_view stat) {
  std::vector<CpuTicks> cpus;
  LineReader lines(stat);
  while (const auto line = lines.next()) {
    if (!line->starts_with("cpu")) break;
    WordReader words(*line);
    const auto number = parse_integer(words.next().substr(3));
    if (!number || *number < 0) continue;  // the line of all CPUs together
    auto ticks = read_ticks(words);
    ticks.cpu = *number;
    cpus.push_back(ticks);
  }
  return cpus;
}

MachineUnits parse_auxv(std::string_view bytes) {
  constexpr unsigned long page_size_type = 6;    // AT_PAGESZ
  constexpr unsigned long clock_tick_type = 17;  // AT_CLKTCK
  constexpr unsigned long max_value = 1UL << 30U;
  MachineUnits units;
  std::array<unsigned long, 2> entry{};
  for (; bytes.size() >= sizeof(entry); bytes.remove_prefix(sizeof(entry))) {
    std::memcpy(entry.data(), bytes.data(), sizeof(entry));
    if (entry[1] == 0 || entry[1] > max_value) continue;
    if (entry[0] == page_size_type) units.page_size = Bytes{static_cast<std::int64_t>(entry[1])};
    if (entry[0] == clock_tick_type) units.ticks_per_second = static_cast<std::int64_t>(entry[1]);
  }
  return units;
}

std::optional<FileTable> parse_file_table(std::string_view file_nr) {
  WordReader words(file_nr);
  const auto allocated = parse_integer(words.next());
  words.next();
  const auto max = parse_integer(words.next());
  if (!allocated || !max) return std::nullopt;
  return FileTable{*allocated, *max};
}

std::optional<std::string> normalize_cpu_mask(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdefABCDEF";
  text = trim(text);
  std::string mask;
  bool first = true;
  for (const std::string_view group : split(text, ',')) {
    if (group.empty() || group.find_first_not_of(digits) != std::string_view::npos)
      return std::nullopt;
    if (group.size() > group_digits && text.find(',') != std::string_view::npos)
      return std::nullopt;
    if (!first) mask.append(group_digits - group.size(), '0');
    for (const char digit : group)
      mask += digit >= 'A' && digit <= 'F' ? static_cast<char>(digit - 'A' + 'a') : digit;
    first = false;
  }
  if (mask.size() > max_mask) return std::nullopt;
  mask.erase(0, std::min(mask.find_first_not_of('0'), mask.size() - 1));
  return mask;
}

std::string group_cpu_mask(const std::string& mask) {
  std::string text;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (i > 0 && (mask.size() - i) % group_digits == 0) text += ',';
    text += mask[i];
  }
  return text;
}

}  // namespace weir::wire
