// Result<T>: a value or an Error whose sentence gains context as it rises.
// Not for bugs (assert) and not for absence (std::optional).
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace weir {

/// The kind of failure: named after the possible reaction, not after the place where it happened.
enum class ErrorCode {
  wrong_use,      ///< the user asked for something that does not exist or contradicts itself
  not_permitted,  ///< a capability or a file permission is missing
  not_found,      ///< a file, a process, a namespace or a socket does not exist
  gone,           ///< it existed and vanished while it was read
  unsupported,    ///< this kernel or file format lacks the feature
  malformed,      ///< bytes that do not parse
  conflict,       ///< the world is not as the plan expected
  busy,           ///< another weir holds the lock
  io,             ///< every other error of a system call
};

/// A code, and one sentence for users: it starts in lower case, has no full stop, and names the
/// inner cause last.
struct Error {
  ErrorCode code = ErrorCode::io;
  std::string message;
};

[[nodiscard]] inline Error make_error(ErrorCode code, std::string message) {
  return Error{code, std::move(message)};
}

template <class T>
class [[nodiscard]] Result {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): reads as `return value;`
  Result(T value) : value_(std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): reads as `return error;`
  Result(Error error) : value_(tl::unexpect, std::move(error)) {}

  [[nodiscard]] bool ok() const { return value_.has_value(); }
  [[nodiscard]] explicit operator bool() const { return ok(); }
  [[nodiscard]] T& value() & { return *value_; }
  [[nodiscard]] const T& value() const& { return *value_; }
  [[nodiscard]] T&& value() && { return std::move(*value_); }
  [[nodiscard]] T& operator*() & { return *value_; }
  [[nodiscard]] const T& operator*() const& { return *value_; }
  [[nodiscard]] T&& operator*() && { return std::move(*value_); }
  [[nodiscard]] T* operator->() { return &*value_; }
  [[nodiscard]] const T* operator->() const { return &*value_; }
  [[nodiscard]] T value_or(T fallback) const& { return value_.value_or(std::move(fallback)); }
  [[nodiscard]] const Error& error() const& { return value_.error(); }
  [[nodiscard]] Error&& error() && { return std::move(value_.error()); }

  /// The same result, but an error's sentence becomes "context: sentence".
  [[nodiscard]] Result with_context(std::string_view context) && {
    if (!ok()) value_.error().message.insert(0, std::string(context) + ": ");
    return std::move(*this);
  }

 private:
  tl::expected<T, Error> value_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): reads as `return error;`
  Result(Error error) : value_(tl::unexpect, std::move(error)) {}

  [[nodiscard]] bool ok() const { return value_.has_value(); }
  [[nodiscard]] explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const& { return value_.error(); }
  [[nodiscard]] Error&& error() && { return std::move(value_.error()); }

  [[nodiscard]] Result with_context(std::string_view context) && {
    if (!ok()) value_.error().message.insert(0, std::string(context) + ": ");
    return std::move(*this);
  }

 private:
  tl::expected<void, Error> value_;
};

/// The result of a function that only succeeds or fails.
using Status = Result<void>;

}  // namespace weir

#define WEIR_CONCAT_INNER(a, b) a##b
#define WEIR_CONCAT(a, b) WEIR_CONCAT_INNER(a, b)

/// WEIR_TRY(auto x, expression): declares x from the expression's value, or returns its error.
#define WEIR_TRY(declaration, expression) \
  WEIR_TRY_IMPL(WEIR_CONCAT(weir_result_, __LINE__), declaration, expression)
// The declaration and the name that it declares cannot be put in parentheses.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define WEIR_TRY_IMPL(result, declaration, expression)  \
  auto result = (expression);                           \
  if (!(result).ok()) return std::move(result).error(); \
  declaration = std::move(result).value()
// NOLINTEND(bugprone-macro-parentheses)

/// WEIR_CHECK(expression): returns the error of a Status, if it has one.
#define WEIR_CHECK(expression)                                                                     \
  do {                                                                                             \
    if (auto weir_status = (expression); !weir_status.ok()) return std::move(weir_status).error(); \
  } while (false)
