// Splitting, trimming, escaping and filling text, and reading numbers out of it, without the
// locale.
// Not a parser of any particular file (those are in kernel/wire), and not a template language:
// {placeholders} have no conditions and no formats, and the caller makes each fact's text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
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
[[nodiscard]] std::string join_texts(const std::vector<std::string>& texts,
                                     std::string_view separator);

/// The whole text as a decimal integer; nothing when it is empty, has other characters, or does not
/// fit.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_unsigned(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_hex(std::string_view text);

/// A duration such as "5s", "250ms", "5m", "2h" (a bare number means seconds), in nanoseconds;
/// nothing when it does not parse, is negative or is longer than 365 days.
[[nodiscard]] std::optional<std::int64_t> parse_duration_ns(std::string_view text);

/// A size such as "64GiB", "512MiB", "1024" (bytes); KiB, MiB, GiB and TiB are powers of 1024.
/// Nothing when it does not parse or overflows.
[[nodiscard]] std::optional<std::int64_t> parse_bytes(std::string_view text);

/// Whether a character is not a mark on the page: it acts on the terminal, the log or the editor
/// that shows it, or nobody sees it. Those are Unicode's categories Cc (C0 and C1 controls), Cf
/// (marks that reorder a line, such as U+202E, and marks without width, such as U+200B and U+FEFF),
/// Zl and Zp (U+2028, U+2029). Marks without width are among them although Persian and emoji use
/// some: two names that differ must not look alike, and a name that shows \xe2\x80\x8d is still a
/// name. `character` is one character of valid UTF-8.
[[nodiscard]] bool is_unseen(std::string_view character);

/// Bytes from the kernel, a file or the command line, for any eyes: every byte that is no valid
/// UTF-8 and every byte of a character that is_unseen() becomes \xNN, a backslash \\.
[[nodiscard]] std::string escape_bytes(std::string_view bytes);

/// The same for a sentence whose names are escaped already: its backslashes stay.
[[nodiscard]] std::string escape_sentence(std::string_view sentence);

/// The bytes that escape_bytes() was given; nothing when a backslash is followed by neither a
/// backslash nor x and two hexadecimal digits.
[[nodiscard]] std::optional<std::string> unescape_bytes(std::string_view text);

/// How many bytes the character at the start of `bytes` has: 1 to 4, or 0 when it is no valid
/// UTF-8. `bytes` is not empty.
[[nodiscard]] std::size_t utf8_length(std::string_view bytes);

/// The code point of one character of valid UTF-8; of anything else, its first byte.
[[nodiscard]] std::uint32_t decode_utf8(std::string_view character);

/// A kernel release such as "6.1.0-18-amd64" as comparable numbers; missing parts are 0, nothing
/// when it does not begin with a number.
struct KernelVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;
  friend auto operator<=>(const KernelVersion&, const KernelVersion&) = default;
};
[[nodiscard]] std::optional<KernelVersion> parse_kernel_version(std::string_view release);

/// The text with each {name} replaced by its fact. A name that is not among the facts stays as it
/// stands, braces included, so that a test and a reader can see it; facts are not filled again.
[[nodiscard]] std::string fill(std::string_view text,
                               const std::map<std::string, std::string>& facts);

}  // namespace weir
