// JsonWriter: writes JSON text in the order of the calls; equal calls give equal bytes. Not a tree:
// written text cannot be changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::codec {

class JsonWriter {
 public:
  /// Containers nested up to `broken_levels` deep have one line for each member; deeper containers
  /// are on one line.
  explicit JsonWriter(std::size_t broken_levels) : broken_levels_(broken_levels) {}

  void begin_object() { open('{', true); }
  void end_object() { close('}'); }
  void begin_array() { open('[', true); }
  /// An array of short values, always on one line.
  void begin_flat_array() { open('[', false); }
  void end_array() { close(']'); }
  void key(std::string_view name);

  /// Any bytes. Each line goes through escape_bytes(), so that the JSON is valid UTF-8 and
  /// unescape_text() returns the original bytes.
  void text(std::string_view bytes);
  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  /// Rounds to three decimals and writes at least one; a value that is not finite becomes null.
  void decimal(double value);
  void boolean(bool value);
  void null();

  /// Returns the whole text, with a newline at its end.
  [[nodiscard]] std::string take();

 private:
  struct Level {
    bool broken = false;
    bool empty = true;
  };

  void open(char bracket, bool may_break);
  void close(char bracket);
  void before_value();
  void new_line();
  void quote(std::string_view text);

  std::size_t broken_levels_;
  std::string out_;
  std::vector<Level> levels_;
  bool after_key_ = false;
};

}  // namespace weir::codec
