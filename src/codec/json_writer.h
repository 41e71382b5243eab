// JsonWriter: writes JSON text in the order of the calls; equal calls give equal bytes. And what
// the writers of weir's own formats share: a member with its name, and null where a value is not
// known.
// Not a tree: nothing can be changed once it is written. Not the fields that are read back, too:
// fields.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// For JsonWriter: every container is on several lines, except flat arrays.
inline constexpr std::size_t every_level = 16;

inline void put(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  json.text(text);
}

inline void put(JsonWriter& json, std::string_view name, std::int64_t value) {
  json.key(name);
  json.integer(value);
}

/// Writes null for an unknown value.
inline void put_or_null(JsonWriter& json, std::string_view name,
                        const std::optional<std::int64_t>& value) {
  json.key(name);
  value ? json.integer(*value) : json.null();
}
inline void put_or_null(JsonWriter& json, std::string_view name,
                        const std::optional<double>& value) {
  json.key(name);
  value ? json.decimal(*value) : json.null();
}

/// Turns the 0 of an unknown value into nothing.
[[nodiscard]] inline std::optional<std::int64_t> known(std::int64_t value) {
  return value > 0 ? std::optional(value) : std::nullopt;
}

}  // namespace weir::codec
