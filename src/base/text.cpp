#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <limits>

namespace weir {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

template <class Number>
std::optional<Number> parse_number(std::string_view text, int base) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Suffix {
  std::string_view text;
  std::int64_t factor;
};

/// The number before the longest matching suffix, times its factor. Nothing on overflow or for a
/// negative number.
template <std::size_t N>
std::optional<std::int64_t> parse_scaled(std::string_view text,
                                         const std::array<Suffix, N>& suffixes,
                                         std::int64_t bare_factor, std::int64_t max) {
  std::int64_t factor = bare_factor;
  for (const auto& suffix : suffixes) {
    if (text.ends_with(suffix.text)) {
      text.remove_suffix(suffix.text.size());
      factor = suffix.factor;
      break;
    }
  }
  const auto number = parse_integer(trim(text));
  if (!number || *number < 0 || *number > max / factor) return std::nullopt;
  return *number * factor;
}

struct CodePoints {
  std::uint32_t first;
  std::uint32_t last;
};

/// The general categories Cc, Cf, Zl and Zp of Unicode 15.1 (DerivedGeneralCategory.txt),
/// ascending. The last range also contains unassigned code points.
constexpr std::array<CodePoints, 22> unseen_ranges{
    {{0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x0600, 0x0605},
     {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},   {0x0890, 0x0891},
     {0x08E2, 0x08E2},   {0x180E, 0x180E},   {0x200B, 0x200F},   {0x2028, 0x202E},
     {0x2060, 0x2064},   {0x2066, 0x206F},   {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},
     {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3},
     {0x1D173, 0x1D17A}, {0xE0001, 0xE007F}}};

std::string escape(std::string_view bytes, std::string_view backslash) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string escaped;
  escaped.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    const std::string_view character = bytes.substr(0, std::max<std::size_t>(length, 1));
    if (character == "\\") {
      escaped += backslash;
    } else if (length != 0 && !is_unseen(character)) {
      escaped += character;
    } else {
      for (const char byte : character) {
        escaped += "\\x";
        escaped += digits[static_cast<unsigned char>(byte) >> 4U];
        escaped += digits[static_cast<unsigned char>(byte) & 0xFU];
      }
    }
    bytes.remove_prefix(character.size());
  }
  return escaped;
}

}  // namespace

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const auto end = text.find_first_of(blanks);
    words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end);
  }
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  return parse_number<std::int64_t>(text, 10);
}
std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  return parse_number<std::uint64_t>(text, 10);
}
std::optional<std::uint64_t> parse_hex(std::string_view text) {
  return parse_number<std::uint64_t>(text, 16);
}

std::optional<std::int64_t> parse_duration_ns(std::string_view text) {
  constexpr std::int64_t second = 1'000'000'000;
  constexpr std::int64_t longest = 365LL * 24 * 3600 * second;
  constexpr std::array<Suffix, 6> suffixes{{{"ms", 1'000'000},
                                            {"us", 1'000},
                                            {"s", second},
                                            {"m", 60 * second},
                                            {"h", 3600 * second},
                                            {"d", 24LL * 3600 * second}}};
  return parse_scaled(trim(text), suffixes, second, longest);
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  constexpr std::array<Suffix, 5> suffixes{
      {{"KiB", 1LL << 10}, {"MiB", 1LL << 20}, {"GiB", 1LL << 30}, {"TiB", 1LL << 40}, {"B", 1}}};
  return parse_scaled(trim(text), suffixes, 1, std::numeric_limits<std::int64_t>::max());
}

std::size_t utf8_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = at(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool overlong_or_surrogate =
      (lead == 0xE0 && at(1) < 0xA0) || (lead == 0xED && at(1) >= 0xA0) ||
      (lead == 0xF0 && at(1) < 0x90) || (lead == 0xF4 && at(1) >= 0x90);
  return overlong_or_surrogate ? 0 : length;
}

std::uint32_t decode_utf8(std::string_view character) {
  const auto at = [&](std::size_t i) {
    return std::uint32_t{static_cast<unsigned char>(character[i])};
  };
  if (character.size() == 1 || character.size() > 4) return at(0);
  std::uint32_t code_point = at(0) & (0x7FU >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i)
    code_point = (code_point << 6U) | (at(i) & 0x3FU);
  return code_point;
}

bool is_unseen(std::string_view character) {
  const std::uint32_t code_point = decode_utf8(character);
  const auto after = std::upper_bound(
      unseen_ranges.begin(), unseen_ranges.end(), code_point,
      [](std::uint32_t wanted, const CodePoints& range) { return wanted < range.first; });
  return after != unseen_ranges.begin() && code_point <= std::prev(after)->last;
}

std::string escape_bytes(std::string_view bytes) { return escape(bytes, "\\\\"); }

std::string escape_sentence(std::string_view sentence) { return escape(sentence, "\\"); }

std::optional<std::string> unescape_bytes(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  while (!text.empty()) {
    const auto plain = text.substr(0, text.find('\\'));
    bytes += plain;
    text.remove_prefix(plain.size());
    if (text.empty()) break;
    if (text.starts_with("\\\\")) {
      bytes += '\\';
      text.remove_prefix(2);
      continue;
    }
    const auto byte =
        text.starts_with("\\x") && text.size() >= 4 ? parse_hex(text.substr(2, 2)) : std::nullopt;
    if (!byte) return std::nullopt;
    bytes += static_cast<char>(*byte);
    text.remove_prefix(4);
  }
  return bytes;
}

std::string single_spaced(std::string_view text) {
  std::string joined;
  for (const auto word : split_words(text)) {
    if (!joined.empty()) joined += ' ';
    joined += word;
  }
  return joined;
}

bool has_same_words(std::string_view left, std::string_view right) {
  return split_words(left) == split_words(right);
}

std::string join_integers(const std::vector<std::int64_t>& integers) {
  std::string joined;
  for (const auto integer : integers) {
    if (!joined.empty()) joined += ' ';
    joined += std::to_string(integer);
  }
  return joined;
}

std::string join_texts(const std::vector<std::string>& texts, std::string_view separator) {
  std::string joined;
  for (const auto& text : texts) {
    if (!joined.empty()) joined += separator;
    joined += text;
  }
  return joined;
}

std::optional<KernelVersion> parse_kernel_version(std::string_view release) {
  KernelVersion version;
  int KernelVersion::*const parts[] = {&KernelVersion::major, &KernelVersion::minor,
                                       &KernelVersion::patch};
  bool first = true;
  for (auto part : parts) {
    const auto digits = release.substr(0, release.find_first_not_of("0123456789"));
    const auto number = parse_number<int>(digits, 10);
    if (!number) return first ? std::nullopt : std::optional(version);
    version.*part = *number;
    first = false;
    release.remove_prefix(digits.size());
    if (!release.starts_with('.')) break;
    release.remove_prefix(1);
  }
  return version;
}

std::string fill(std::string_view text, const std::map<std::string, std::string>& facts) {
  std::string filled;
  while (true) {
    const auto open = text.find('{');
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    filled += text.substr(0, open);
    const auto fact = facts.find(std::string(text.substr(open + 1, close - open - 1)));
    if (fact == facts.end()) {
      filled += text.substr(open, close - open + 1);
    } else {
      filled += fact->second;
    }
    text.remove_prefix(close + 1);
  }
  filled += text;
  // A fact may be empty at the end of the text.
  return std::string(trim(filled));
}

}  // namespace weir
