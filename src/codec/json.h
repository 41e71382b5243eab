// JsonValue: one JSON text as a tree, within limits of size, depth and number.
// Not a schema: fields.h gives members their meaning; and not a writer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace weir::codec {

struct JsonMember;

/// Integers stay integers. Only a number too large for a signed 64-bit integer is unsigned. Objects
/// keep the order of their members.
struct JsonValue {
  using Text = std::unique_ptr<std::string>;
  using Array = std::unique_ptr<std::vector<JsonValue>>;
  using Object = std::unique_ptr<std::vector<JsonMember>>;
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, Text, Array, Object> data;

  /// The member of that name; the first, if the name occurs twice. Null if no member has the name
  /// or this is not an object.
  [[nodiscard]] const JsonValue* find(std::string_view name) const;
  [[nodiscard]] const std::string* text() const;
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

/// The largest recording that weir writes (512 series with 6000 samples each) is about 50 MiB.
inline constexpr std::size_t json_size_limit = std::size_t{64} << 20U;
inline constexpr std::size_t json_depth_limit = 32;

/// Errors: malformed: empty, compressed, too long, too deep, truncated, or not JSON.
[[nodiscard]] Result<JsonValue> parse_json(std::string_view text);

/// The tag at the start of weir's files: "weir.recording" and 1.
struct SchemaTag {
  std::string name;
  std::uint64_t major = 0;
};

/// "weir.recording/1", as in files and messages, escaped.
[[nodiscard]] std::string format_schema_tag(const SchemaTag& tag);
/// The tag in "schema". Errors: unsupported (JSON, but not from weir).
[[nodiscard]] Result<SchemaTag> read_schema_tag(const JsonValue& document);

}  // namespace weir::codec
