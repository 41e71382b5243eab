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

/// The text without the blanks, tabs, carriage returns and newlines at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// The parts between single separators; an empty text has one empty part.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// The parts between runs of blanks, tabs and newlines; no part is empty.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text);

/// The words of the text with single blanks between them: settings are shown and compared in this
/// form.
[[nodiscard]] std::string single_spaced(std::string_view text);

/// Whether both texts have the same words, whatever blanks separate the words.
[[nodiscard]] bool has_same_words(std::string_view left, std::string_view right);

/// "4096 131072 6291456": the format in which the kernel prints and reads a list.
[[nodiscard]] std::string join_integers(const std::vector<std::int64_t>& integers);

/// "a; b; c" with the separator "; ".
[[nodiscard]] std::string join_texts(const std::vector<std::string>& texts,
                                     std::string_view separator);

/// The whole text as a decimal integer. Nothing if it is empty, has other characters, or does not
/// fit.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_unsigned(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_hex(std::string_view text);

/// A duration such as "5s", "250ms", "5m", "2h" (a bare number means seconds), in nanoseconds.
/// Nothing if it does not parse, is negative or is longer than 365 days.
[[nodiscard]] std::optional<std::int64_t> parse_duration_ns(std::string_view text);

/// A size such as "64GiB", "512MiB", "1024" (bytes); KiB, MiB, GiB and TiB are powers of 1024.
/// Nothing if it does not parse or overflows.
[[nodiscard]] std::optional<std::int64_t> parse_bytes(std::string_view text);

/// Whether a character is invisible, or acts on the terminal, log or editor that shows it. These
/// are Unicode's categories Cc (C0 and C1 controls), Cf, Zl and Zp (U+2028, U+2029). Cf contains
/// marks that reorder a line, such as U+202E, and marks without width, such as U+200B and U+FEFF.
/// Persian and emoji use some marks without width. They count all the same: two names that differ
/// must not look alike, and a name that shows \xe2\x80\x8d is still a name. `character` is one
/// character of valid UTF-8.
[[nodiscard]] bool is_unseen(std::string_view character);

/// Makes bytes from the kernel, a file or the command line safe to show. Every byte that is not
/// valid UTF-8 and every byte of a character that is_unseen() becomes \xNN; a backslash becomes \\.
[[nodiscard]] std::string escape_bytes(std::string_view bytes);

/// The same for a sentence whose names are already escaped: its backslashes stay.
[[nodiscard]] std::string escape_sentence(std::string_view sentence);

/// The original bytes of escape_bytes(). Nothing if a backslash is followed neither by a backslash
/// nor by x and two hexadecimal digits.
[[nodiscard]] std::optional<std::string> unescape_bytes(std::string_view text);

/// The length in bytes of the first character of `bytes`: 1 to 4, or 0 if it is not valid UTF-8.
/// `bytes` is not empty.
[[nodiscard]] std::size_t utf8_length(std::string_view bytes);

/// The code point of one character of valid UTF-8; for other bytes, the first byte.
[[nodiscard]] std::uint32_t decode_utf8(std::string_view character);

/// A kernel release such as "6.1.0-18-amd64" as comparable numbers. Missing parts are 0. Nothing if
/// the text does not begin with a number.
struct KernelVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;
  friend auto operator<=>(const KernelVersion&, const KernelVersion&) = default;
};
[[nodiscard]] std::optional<KernelVersion> parse_kernel_version(std::string_view release);

/// The text with each {name} replaced by its fact. An unknown name stays as it is, with its braces,
/// so that a test and a reader can see it. The text of a fact is not filled again.
[[nodiscard]] std::string fill(std::string_view text,
                               const std::map<std::string, std::string>& facts);

}  // namespace weir
