// Walking a text line by line and word by word without copies.
// Not a parser of any file.
#pragma once

#include <optional>
#include <string_view>

namespace weir::wire {

/// The lines of a text without their newlines; a last line without a newline counts.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    const auto end = rest_.find('\n');
    const auto line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return line;
  }

 private:
  std::string_view rest_;
};

/// The words of a line, separated by blanks and tabs; an empty word after the last.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : rest_(text) {}

  std::string_view next() {
    constexpr std::string_view blanks = " \t\r\n\f\v";
    const auto begin = rest_.find_first_not_of(blanks);
    if (begin == std::string_view::npos) {
      rest_ = {};
      return {};
    }
    rest_.remove_prefix(begin);
    const auto word = rest_.substr(0, rest_.find_first_of(blanks));
    rest_.remove_prefix(word.size());
    return word;
  }

 private:
  std::string_view rest_;
};

}  // namespace weir::wire
