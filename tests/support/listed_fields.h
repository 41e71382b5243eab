// listed_fields<T>(): how many fields a list of codec/fields.h names, so that a test can compare it
// with the number of members. Not their names.
#pragma once

#include <string_view>

#include "codec/fields.h"

namespace weir::test {

/// Counts the fields that a list names.
struct FieldCounter {
  int count = 0;
  template <class T>
  void operator()(std::string_view /*name*/, T& /*value*/) {
    ++count;
  }
  template <class T>
  void operator()(std::string_view name, T& value, const codec::Bounds& /*bounds*/) {
    (*this)(name, value);
  }
  template <class T>
  void added(std::string_view name, T& value) {
    (*this)(name, value);
  }
  template <class T>
  void added(std::string_view name, T& value, const codec::Bounds& /*bounds*/) {
    (*this)(name, value);
  }
  template <class T>
  void always(std::string_view name, T& value) {
    (*this)(name, value);
  }
  template <class T>
  void computed(std::string_view /*name*/, const T& /*value*/) {
    ++count;
  }
  template <class T>
  void known(std::string_view name, T& value) {
    (*this)(name, value);
  }
  template <class T>
  void as_text(std::string_view name, T& value) {
    (*this)(name, value);
  }
  template <class T>
  void as_text(std::string_view name, T& value, const codec::Bounds& /*bounds*/) {
    (*this)(name, value);
  }
};

template <class T>
[[nodiscard]] int listed_fields() {
  T value;
  FieldCounter counter;
  fields(counter, value, codec::Tag<T>{});
  return counter.count;
}

}  // namespace weir::test
