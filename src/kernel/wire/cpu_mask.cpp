#include "kernel/wire/cpu_mask.h"

#include <algorithm>

#include "base/text.h"

namespace weir::wire {
namespace {

// hexadecimal digits: more CPUs than any kernel has (NR_CPUS is at most 8192)
constexpr std::size_t max_mask = 4096;
constexpr std::size_t group_digits = 8;

}  // namespace

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
