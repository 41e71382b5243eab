#include "codec/json_writer.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace weir::codec {

void JsonWriter::new_line() {
  out_ += '\n';
  out_.append(levels_.size() * 2, ' ');
}

void JsonWriter::before_value() {
  if (std::exchange(after_key_, false) || levels_.empty()) return;
  auto& level = levels_.back();
  if (!std::exchange(level.empty, false)) out_ += level.broken ? "," : ", ";
  if (level.broken) new_line();
}

void JsonWriter::open(char bracket, bool may_break) {
  before_value();
  out_ += bracket;
  levels_.push_back(Level{.broken = may_break && levels_.size() < broken_levels_ &&
                                    (levels_.empty() || levels_.back().broken)});
}

void JsonWriter::close(char bracket) {
  const Level level = levels_.back();
  levels_.pop_back();
  if (level.broken && !level.empty) new_line();
  out_ += bracket;
}

void JsonWriter::key(std::string_view name) {
  before_value();
  quote(escape_bytes(name));
  out_ += ": ";
  after_key_ = true;
}

void JsonWriter::quote(std::string_view text) {
  out_ += '"';
  for (const char c : text) {
    if (c == '\n') {
      out_ += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out_ += '\\';
    out_ += c;
  }
  out_ += '"';
}

void JsonWriter::text(std::string_view bytes) {
  before_value();
  std::string escaped;
  bool first = true;
  for (const auto line : split(bytes, '\n')) {
    if (!std::exchange(first, false)) escaped += '\n';
    escaped += escape_bytes(line);
  }
  quote(escaped);
}

void JsonWriter::integer(std::int64_t value) {
  before_value();
  out_ += std::to_string(value);
}

void JsonWriter::unsigned_integer(std::uint64_t value) {
  before_value();
  out_ += std::to_string(value);
}

void JsonWriter::decimal(double value) {
  before_value();
  if (!std::isfinite(value)) {
    out_ += "null";
    return;
  }
  char digits[400];  // the longest double has 309 digits before the point
  const auto written =
      std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, 3);
  std::string_view number(digits, static_cast<std::size_t>(written.ptr - digits));
  while (number.ends_with('0') && !number.ends_with(".0")) number.remove_suffix(1);
  out_ += number == "-0.0" ? "0.0" : number;
}

void JsonWriter::boolean(bool value) {
  before_value();
  out_ += value ? "true" : "false";
}

void JsonWriter::null() {
  before_value();
  out_ += "null";
}

std::string JsonWriter::take() {
  out_ += '\n';
  return std::move(out_);
}

}  // namespace weir::codec
