// FieldWriter and FieldReader: one list of fields per struct serves both directions, so that they
// cannot drift apart. Not the lists: recording_fields.h, report_fields.h and plan_json.cpp hold
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"
#include "base/units.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace weir::codec {

/// Selects the list of a struct by its type: template <class Visit, class X> void fields(Visit&,
/// X&, Tag<Listener>).
template <class T>
struct Tag {};

/// A value that JSON holds as one scalar; an array of such values is on one line.
template <class T>
inline constexpr bool is_scalar =
    std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, std::string>;
template <class T>
inline constexpr bool is_scalar<Quantity<T>> = true;

/// The smallest and the largest allowed number of a field.
struct Bounds {
  std::string_view what;  ///< "a port"
  std::int64_t least = 0;
  std::int64_t most = INT64_MAX;
};
inline constexpr Bounds port_bounds{"a port", 0, UINT16_MAX};
/// PID_MAX_LIMIT on 64 bits (include/linux/threads.h); 0 is a process outside of the reader's pid
/// namespace.
inline constexpr Bounds pid_bounds{"a process id", 0, 1 << 22};
inline constexpr Bounds descriptor_bounds{"a file descriptor", 0, INT32_MAX};
inline constexpr Bounds uid_bounds{"a user id", 0, UINT32_MAX};
inline constexpr Bounds interface_bounds{"the index of an interface", 0, INT32_MAX};
inline constexpr Bounds line_bounds{"the number of a line"};
inline constexpr Bounds count_bounds{"a count"};

class FieldWriter {
 public:
  explicit FieldWriter(JsonWriter& json) : json_(json) {}

  template <class T>
  void operator()(std::string_view name, const T& value) {
    json_.key(name);
    write(value);
  }
  /// A missing value is not written.
  template <class T>
  void operator()(std::string_view name, const std::optional<T>& value) {
    if (value) (*this)(name, *value);
  }
  /// A value that the reader refuses is written all the same: weir must not write such a file, and
  /// the reader's error names the defect.
  template <class T>
  void operator()(std::string_view name, const T& value, const Bounds& /*bounds*/) {
    (*this)(name, value);
  }
  /// A field that a later version of the same major added. A value that equals its default is not
  /// written.
  template <class T>
  void added(std::string_view name, const T& value) {
    if (!(value == T{})) (*this)(name, value);
  }
  template <class T>
  void added(std::string_view name, const T& value, const Bounds& /*bounds*/) {
    added(name, value);
  }
  /// As added(), but written even if it equals its default.
  template <class T>
  void always(std::string_view name, const T& value) {
    (*this)(name, value);
  }
  /// A field for other readers. weir does not read it back, because weir computes it again.
  template <class T>
  void computed(std::string_view name, const T& value) {
    (*this)(name, value);
  }

  /// A number that the file holds as a text in decimal.
  void as_text(std::string_view name, std::int64_t value) { (*this)(name, std::to_string(value)); }
  void as_text(std::string_view name, std::uint64_t value) { (*this)(name, std::to_string(value)); }
  template <class Unit>
  void as_text(std::string_view name, const Quantity<Unit>& value) {
    as_text(name, value.count);
  }
  template <class T>
  void as_text(std::string_view name, const std::optional<T>& value) {
    if (value) as_text(name, *value);
  }
  template <class T>
  void as_text(std::string_view name, const T& value, const Bounds& /*bounds*/) {
    as_text(name, value);
  }

  /// An enumerator. A reader that does not know it passes over it.
  template <class T>
  void known(std::string_view name, const std::optional<T>& value) {
    (*this)(name, value);
  }

  void write(const std::string& value) { json_.text(value); }
  void write(char value) { json_.text(std::string_view(&value, 1)); }
  void write(bool value) { json_.boolean(value); }
  void write(std::int64_t value) { json_.integer(value); }
  void write(std::uint64_t value) { json_.unsigned_integer(value); }
  void write(double value) { json_.decimal(value); }
  template <class Unit>
  void write(const Quantity<Unit>& value) {
    json_.integer(value.count);
  }
  template <class T>
  void write(const std::vector<T>& values) {
    if constexpr (is_scalar<T>) {
      json_.begin_flat_array();
    } else {
      json_.begin_array();
    }
    for (const auto& value : values) write(value);
    json_.end_array();
  }
  template <class T>
  void write(const std::map<std::string, T>& values) {
    json_.begin_object();
    for (const auto& [name, value] : values) (*this)(name, value);
    json_.end_object();
  }
  template <class T>
  requires std::is_enum_v<T>
  void write(T value) { json_.text(enumerator_id(value, Tag<T>{})); }
  template <class T>
  requires(std::is_class_v<T>) void write(const T& value) {
    json_.begin_object();
    fields(*this, value, Tag<T>{});
    json_.end_object();
  }

 private:
  JsonWriter& json_;
};

/// The treatment of a member that no list names.
enum class UnknownMembers {
  ignored,  ///< a later version of the same major may have added it
  /// for an order, where no part may be ignored; a member that occurs twice is refused too
  refused,
};

/// The reader's position and its first error. After an error it reads nothing more.
struct ReadState {
  std::string path;
  std::optional<Error> error;
  UnknownMembers unknown = UnknownMembers::ignored;

  void fail(std::string_view what, ErrorCode code = ErrorCode::malformed) {
    if (!error)
      error = make_error(code, (path.empty() ? "it" : "its field " + escape_bytes(path)) + " " +
                                   std::string(what));
  }
};

/// Reads the members of one object. Every field of a list is required, except optional fields.
class FieldReader {
 public:
  FieldReader(const JsonValue& object, ReadState& state) : object_(object), state_(state) {}

  template <class T>
  void operator()(std::string_view name, T& value) {
    know(name);
    if (state_.error) return;
    const auto* found = object_.find(name);
    if (found == nullptr) return state_.fail("lacks \"" + std::string(name) + "\"");
    read_at("." + std::string(name), *found, value);
  }
  template <class T>
  void operator()(std::string_view name, std::optional<T>& value) {
    know(name);
    if (state_.error) return;
    const auto* found = object_.find(name);
    if (found == nullptr || std::holds_alternative<std::monostate>(found->data))
      return value.reset();
    read_at("." + std::string(name), *found, value.emplace());
  }
  /// One or several numbers that never exceed the bounds on a real kernel: rules rely on this.
  template <class T>
  void operator()(std::string_view name, T& value, const Bounds& bounds) {
    (*this)(name, value);
    if (!state_.error) check(std::string(name), value, bounds);
  }
  /// A missing value keeps its default.
  template <class T>
  void added(std::string_view name, T& value) {
    know(name);
    if (!state_.error && object_.find(name) != nullptr) (*this)(name, value);
  }
  template <class T>
  void added(std::string_view name, T& value, const Bounds& bounds) {
    if (!state_.error && object_.find(name) != nullptr) (*this)(name, value, bounds);
  }

  template <class T>
  void always(std::string_view name, T& value) {
    added(name, value);
  }

  /// Not read: what the file says of it, if anything, is not believed.
  template <class T>
  void computed(std::string_view name, const T& /*value*/) {
    know(name);
  }

  /// A number that the file holds as a text in decimal.
  template <class T>
  void as_text(std::string_view name, T& value) {
    std::string text;
    (*this)(name, text);
    if (!state_.error) read_number(name, text, value);
  }
  template <class T>
  void as_text(std::string_view name, std::optional<T>& value) {
    value.reset();
    know(name);
    if (!state_.error && object_.find(name) != nullptr) as_text(name, value.emplace());
  }
  template <class T>
  void as_text(std::string_view name, T& value, const Bounds& bounds) {
    as_text(name, value);
    if (!state_.error) check(std::string(name), value, bounds);
  }

  /// An enumerator. One that a later version of the same major added is read as nothing.
  template <class T>
  requires std::is_enum_v<T>
  void known(std::string_view name, std::optional<T>& value) {
    std::optional<std::string> id;
    (*this)(name, id);
    T parsed{};
    value = id && parse_enumerator(*id, parsed, Tag<T>{}) ? std::optional<T>(parsed) : std::nullopt;
  }

  /// Call it after every list has been read: any member that is left is unknown.
  void finish() {
    if (state_.error || state_.unknown == UnknownMembers::ignored) return;
    const auto* members = std::get_if<JsonValue::Object>(&object_.data);
    if (members == nullptr) return;
    for (const auto& member : **members) {
      const auto seen = named_.find(member.name);
      if (seen == named_.end())
        return fail_at(
            member.name,
            "is unknown to this weir, and weir does not apply a plan in part; remove the field, or use the weir that wrote it");
      if (seen->second) return fail_at(member.name, "is given twice; remove one of the two");
      seen->second = true;
    }
  }
  /// Marks a member that other code reads.
  void know(std::string_view name) {
    if (state_.unknown == UnknownMembers::refused) named_.emplace(name, false);
  }

  /// Refuses the member of that name.
  void fail_at(const std::string& name, std::string_view what) {
    state_.path += (state_.path.empty() ? "" : ".") + name;
    state_.fail(what);
  }

  [[nodiscard]] ReadState& state() { return state_; }
  [[nodiscard]] const JsonValue& object() const { return object_; }

 private:
  void check(const std::string& step, std::int64_t value, const Bounds& bounds) {
    if (state_.error || (value >= bounds.least && value <= bounds.most)) return;
    state_.path += (state_.path.empty() ? "" : ".") + step;
    const std::string range =
        bounds.most == INT64_MAX
            ? "is not negative"
            : "is between " + std::to_string(bounds.least) + " and " + std::to_string(bounds.most);
    state_.fail("is " + std::to_string(value) + "; " + std::string(bounds.what) + " " + range);
  }
  template <class T>
  void check(const std::string& step, const std::optional<T>& value, const Bounds& bounds) {
    if (value) check(step, *value, bounds);
  }
  template <class Unit>
  void check(const std::string& step, const Quantity<Unit>& value, const Bounds& bounds) {
    check(step, value.count, bounds);
  }
  void check(const std::string& step, const std::vector<std::int64_t>& values,
             const Bounds& bounds) {
    for (std::size_t i = 0; i < values.size() && !state_.error; ++i)
      check(step + "[" + std::to_string(i) + "]", values[i], bounds);
  }
  void check(const std::string& step, const std::map<std::string, std::int64_t>& values,
             const Bounds& bounds) {
    for (const auto& [name, value] : values) {
      std::string path = step;
      check(path.append(".").append(name), value, bounds);
    }
  }

  void read_number(std::string_view name, const std::string& text, std::int64_t& value) {
    const auto number = parse_integer(text);
    if (!number) return refuse_number(name, text, "-2^63 and 2^63 - 1");
    value = *number;
  }
  void read_number(std::string_view name, const std::string& text, std::uint64_t& value) {
    const auto number = parse_unsigned(text);
    if (!number) return refuse_number(name, text, "0 and 2^64 - 1");
    value = *number;
  }
  template <class Unit>
  void read_number(std::string_view name, const std::string& text, Quantity<Unit>& value) {
    read_number(name, text, value.count);
  }
  void refuse_number(std::string_view name, const std::string& text, std::string_view range) {
    fail_at(std::string(name),
            "is \"" + escape_bytes(text) + "\", not an integer between " + std::string(range));
  }

  template <class T>
  void read_at(const std::string& step, const JsonValue& json, T& value) {
    const std::size_t length = state_.path.size();
    state_.path += length == 0 && step.starts_with('.') ? step.substr(1) : step;
    read(json, value);
    state_.path.resize(length);
  }

  void read(const JsonValue& json, std::string& value) {
    const auto* text = json.text();
    if (text == nullptr) return state_.fail("is not a text");
    auto bytes = unescape_bytes(*text);
    if (!bytes) return state_.fail("holds a backslash that escapes nothing");
    value = std::move(*bytes);
  }
  void read(const JsonValue& json, char& value) {
    std::string text;
    read(json, text);
    if (state_.error) return;
    if (text.size() != 1) return state_.fail("is not one character");
    value = text.front();
  }
  void read(const JsonValue& json, bool& value) {
    const auto* held = std::get_if<bool>(&json.data);
    if (held == nullptr) return state_.fail("is neither true nor false");
    value = *held;
  }
  void read(const JsonValue& json, std::int64_t& value) {
    const auto* held = std::get_if<std::int64_t>(&json.data);
    if (held == nullptr) return state_.fail("is not an integer between -2^63 and 2^63 - 1");
    value = *held;
  }
  void read(const JsonValue& json, std::uint64_t& value) {
    if (const auto* large = std::get_if<std::uint64_t>(&json.data)) {
      value = *large;
      return;
    }
    const auto* held = std::get_if<std::int64_t>(&json.data);
    if (held == nullptr || *held < 0)
      return state_.fail("is not an integer between 0 and 2^64 - 1");
    value = static_cast<std::uint64_t>(*held);
  }
  void read(const JsonValue& json, double& value) {
    if (const auto* held = std::get_if<double>(&json.data)) {
      value = *held;
    } else if (const auto* integer = std::get_if<std::int64_t>(&json.data)) {
      value = static_cast<double>(*integer);
    } else {
      state_.fail("is not a number");
    }
  }
  template <class Unit>
  void read(const JsonValue& json, Quantity<Unit>& value) {
    read(json, value.count);
  }
  template <class T>
  void read(const JsonValue& json, std::vector<T>& values) {
    const auto* array = std::get_if<JsonValue::Array>(&json.data);
    if (array == nullptr) return state_.fail("is not an array");
    values.reserve((*array)->size());
    for (const auto& element : **array) {
      if (state_.error) return;
      const std::string step = "[" + std::to_string(values.size()) + "]";
      read_at(step, element, values.emplace_back());
    }
  }
  template <class T>
  void read(const JsonValue& json, std::map<std::string, T>& values) {
    const auto* object = std::get_if<JsonValue::Object>(&json.data);
    if (object == nullptr) return state_.fail("is not an object");
    for (const auto& member : **object) {
      if (state_.error) return;
      auto name = unescape_bytes(member.name);
      if (!name) return state_.fail("holds a backslash that escapes nothing");
      const auto [at, is_new] = values.try_emplace(std::move(*name));
      if (!is_new) return state_.fail("holds \"" + escape_bytes(member.name) + "\" twice");
      read_at("." + member.name, member.value, at->second);
    }
  }
  template <class T>
  requires std::is_enum_v<T>
  void read(const JsonValue& json, T& value) {
    const auto* text = json.text();
    if (text == nullptr || !parse_enumerator(*text, value, Tag<T>{}))
      state_.fail("is not one of the allowed values");
  }
  template <class T>
  requires(std::is_class_v<T>) void read(const JsonValue& json, T& value) {
    if (!std::holds_alternative<JsonValue::Object>(json.data))
      return state_.fail("is not an object");
    FieldReader reader(json, state_);
    fields(reader, value, Tag<T>{});
    reader.finish();
  }

  const JsonValue& object_;
  ReadState& state_;
  std::map<std::string, bool, std::less<>> named_;  ///< name in a list → it was met
};

}  // namespace weir::codec
