// Shared by the writers of weir's own formats: a member with its name, and null for an unknown
// value. Not the fields that are also read back: fields.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "codec/json_writer.h"

namespace weir::codec {

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
