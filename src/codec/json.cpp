#include "codec/json.h"

#include <array>
#include <limits>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace weir::codec {
namespace {

/// Receives nlohmann's events and builds the tree; the stack holds the open containers.
class TreeBuilder {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  bool null() { return add({}); }
  bool boolean(bool value) { return add({value}); }
  bool number_integer(number_integer_t value) { return add({std::int64_t{value}}); }
  bool number_unsigned(number_unsigned_t value) {
    const bool fits =
        value <= static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    return fits ? add({static_cast<std::int64_t>(value)}) : add({std::uint64_t{value}});
  }
  bool number_float(number_float_t value, const string_t& /*text*/) { return add({value}); }
  bool string(string_t& value) { return add({std::make_unique<std::string>(std::move(value))}); }
  bool binary(binary_t& /*value*/) { return false; }
  bool start_object(std::size_t /*size*/) {
    return open({std::make_unique<std::vector<JsonMember>>()});
  }
  bool key(string_t& value) {
    key_ = std::move(value);
    return true;
  }
  bool end_object() { return close(); }
  bool start_array(std::size_t /*size*/) {
    return open({std::make_unique<std::vector<JsonValue>>()});
  }
  bool end_array() { return close(); }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::json::exception& error) {
    position_ = position;
    constexpr int number_overflow = 406;
    overflow_ = error.id == number_overflow;
    return false;
  }

  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] bool overflow() const { return overflow_; }
  [[nodiscard]] bool too_deep() const { return too_deep_; }
  [[nodiscard]] JsonValue take() { return std::move(root_); }

 private:
  bool add(JsonValue value) {
    place(std::move(value));
    return true;
  }

  bool open(JsonValue container) {
    if (open_.size() >= json_depth_limit) {
      too_deep_ = true;
      return false;
    }
    open_.push_back(place(std::move(container)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  /// A container is filled only while it is the innermost open one, so the pointers in `open_` stay
  /// valid.
  JsonValue* place(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (auto* array = std::get_if<JsonValue::Array>(&open_.back()->data)) {
      (*array)->push_back(std::move(value));
      return &(*array)->back();
    }
    auto& members = *std::get<JsonValue::Object>(open_.back()->data);
    members.push_back(JsonMember{std::move(key_), std::move(value)});
    return &members.back().value;
  }

  JsonValue root_;
  std::vector<JsonValue*> open_;
  std::string key_;
  std::size_t position_ = 0;
  bool overflow_ = false;
  bool too_deep_ = false;
};

Error malformed(std::string message) {
  return make_error(ErrorCode::malformed, std::move(message));
}

struct Magic {
  std::string_view bytes;
  std::string_view name;
  std::string_view unpack;
};

/// RFC 1952, RFC 8878, the .xz file format, bzip2's manual.
constexpr std::array<Magic, 4> compressions{{{"\x1f\x8b", "gzip", "gunzip"},
                                             {"\x28\xb5\x2f\xfd", "zstd", "unzstd"},
                                             {"\xfd\x37zXZ", "xz", "unxz"},
                                             {"BZh", "bzip2", "bunzip2"}}};

std::optional<Error> refuse_before_parsing(std::string_view text) {
  if (trim(text).empty()) return malformed("it is empty; write it again");
  if (text.size() > json_size_limit) {
    return malformed("it is longer than " + std::to_string(json_size_limit >> 20U) +
                     " MiB, and weir never writes such a long file");
  }
  for (const auto& compression : compressions) {
    if (text.starts_with(compression.bytes)) {
      return malformed("it is compressed with " + std::string(compression.name) +
                       "; unpack it with " + std::string(compression.unpack) + " first");
    }
  }
  return std::nullopt;
}

Error describe_failure(std::string_view text, const TreeBuilder& builder) {
  if (builder.too_deep())
    return malformed("it is nested deeper than " + std::to_string(json_depth_limit) +
                     " levels, and weir never writes such a file");
  if (builder.overflow())
    return malformed("it holds a number that is out of range near byte " +
                     std::to_string(builder.position()));
  const char first = trim(text).front();
  if (first != '{' && first != '[') return malformed("it is not JSON, so weir did not write it");
  if (builder.position() >= text.size())
    return malformed("it ends in the middle, after " + std::to_string(text.size()) +
                     " bytes; copy or write it again");
  return malformed("it is not valid JSON near byte " + std::to_string(builder.position()) +
                   "; copy or write it again");
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
  const auto* object = std::get_if<Object>(&data);
  if (object == nullptr) return nullptr;
  for (const auto& member : **object) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

const std::string* JsonValue::text() const {
  const auto* held = std::get_if<Text>(&data);
  return held == nullptr ? nullptr : held->get();
}

Result<JsonValue> parse_json(std::string_view text) {
  if (auto error = refuse_before_parsing(text)) return std::move(*error);
  TreeBuilder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder))
    return describe_failure(text, builder);
  return builder.take();
}

std::string format_schema_tag(const SchemaTag& tag) {
  return escape_bytes(tag.name) + "/" + std::to_string(tag.major);
}

Result<SchemaTag> read_schema_tag(const JsonValue& document) {
  const auto* value = document.find("schema");
  const auto* tag = value == nullptr ? nullptr : value->text();
  const auto slash = tag == nullptr ? std::string::npos : tag->find('/');
  const auto major = slash == std::string::npos
                         ? std::nullopt
                         : parse_unsigned(std::string_view(*tag).substr(slash + 1));
  if (!major || !tag->starts_with("weir.")) {
    return make_error(
        ErrorCode::unsupported,
        R"(it is JSON, but weir did not write it: it has no "schema" that begins with "weir.")");
  }
  return SchemaTag{tag->substr(0, slash), *major};
}

}  // namespace weir::codec
