// Splitting, trimming and reading numbers out of text, without copies and without the locale.
// Not a parser of any particular file: those are in kernel/wire.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Without the blanks, tabs, carriage returns and newlines at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// The parts between single separators; an empty text has one empty part.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// The parts between runs of blanks, tabs and newlines; no part is empty.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text);

/// Its words with single blanks between them: the form in which settings are shown and compared.
[[nodiscard]] std::string single_spaced(std::string_view text);

/// Whether both have the same words, whatever the blanks between them.
[[nodiscard]] bool has_same_words(std::string_view left, std::string_view right);

/// "4096 131072 6291456", as the kernel prints and takes a list.
[[nodiscard]] std::string join_integers(const std::vector<std::int64_t>& integers);

/// "a; b; c" with "; ".
[[nodiscard]] std::string join_texts(const std::vector<std::string>& texts, std::string_view separator);

/// The whole text as a decimal integer; nothing when it is empty, has other characters, or does not fit.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_unsigned(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_hex(std::string_view text);

/// A duration such as "5s", "250ms", "5m", "2h" (a bare number means seconds), in nanoseconds; nothing when it does not parse,
/// is negative or is longer than 365 days.
[[nodiscard]] std::optional<std::int64_t> parse_duration_ns(std::string_view text);

/// A size such as "64GiB", "512MiB", "1024" (bytes); KiB, MiB, GiB and TiB are powers of 1024. Nothing when it does not parse or overflows.
[[nodiscard]] std::optional<std::int64_t> parse_bytes(std::string_view text);

/// Bytes from the kernel as printable ASCII or UTF-8: every control byte and every byte that is no valid UTF-8 becomes \xNN, a backslash \\.
[[nodiscard]] std::string escape_bytes(std::string_view bytes);

/// The bytes that escape_bytes() was given; nothing when a backslash is followed by neither a backslash nor x and two hexadecimal digits.
[[nodiscard]] std::optional<std::string> unescape_bytes(std::string_view text);

/// How many bytes the character at the start of `bytes` has: 1 to 4, or 0 when it is no valid UTF-8. `bytes` is not empty.
[[nodiscard]] std::size_t utf8_length(std::string_view bytes);

/// A kernel release such as "6.1.0-18-amd64" as comparable numbers; missing parts are 0, nothing when it does not begin with a number.
struct KernelVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;
  friend auto operator<=>(const KernelVersion&, const KernelVersion&) = default;
};
[[nodiscard]] std::optional<KernelVersion> parse_kernel_version(std::string_view release);

}  // namespace weir
