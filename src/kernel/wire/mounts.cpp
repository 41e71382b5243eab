#include "kernel/wire/mounts.h"

#include <algorithm>

#include "base/text.h"
#include "kernel/wire/lines.h"

namespace weir::wire {
namespace {

constexpr std::size_t root_field = 3;
constexpr std::size_t point_field = 4;
constexpr std::size_t first_optional_field = 6;

bool is_octal(char digit) { return digit >= '0' && digit <= '7'; }

/// Blanks, tabs, newlines and backslashes are written as \ooo (mangle_path(), fs/seq_file.c).
std::string decode_octal(std::string_view text) {
  constexpr std::size_t digits = 3;
  constexpr unsigned base = 8;
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + digits < text.size() && is_octal(text[i + 1]) &&
                         is_octal(text[i + 2]) && is_octal(text[i + 3]);
    if (!escaped) {
      decoded += text[i];
      continue;
    }
    unsigned byte = 0;
    for (std::size_t at = 1; at <= digits; ++at)
      byte = byte * base + static_cast<unsigned>(text[i + at] - '0');
    decoded += static_cast<char>(byte);
    i += digits;
  }
  return decoded;
}

}  // namespace

void parse_mountinfo(std::string_view text, const std::function<void(const Mount&)>& visitor) {
  LineReader lines(text);
  while (const auto line = lines.next()) {
    const auto words = split_words(*line);
    if (words.size() <= first_optional_field) continue;
    // The optional fields end with a "-"; then come the type, the source and the options of the
    // file system.
    const auto dash = std::find(words.begin() + first_optional_field, words.end(), "-");
    if (words.end() - dash < 4) continue;
    visitor({decode_octal(words[root_field]), decode_octal(words[point_field]),
             std::string(dash[1]), std::string(dash[3])});
  }
}

}  // namespace weir::wire
