// member_count<T>(): the number of members of an aggregate, so that a test can check that a list of
// them is complete. Not reflection: it only tries with how many initialisers a T can be made.
#pragma once

namespace weir::test {

/// Converts to a member of any type, to count the initialisers of a struct.
struct AnyMember {
  template <class T>
  operator T() const;  // NOLINT(google-explicit-constructor): converts to any member
};

/// Works for structs whose members a conversion can make: numbers, texts, containers, other
/// structs.
template <class T, class... Members>
[[nodiscard]] constexpr int member_count() {
  if constexpr (requires { T{Members{}..., AnyMember{}}; }) {
    return member_count<T, Members..., AnyMember>();
  } else {
    return static_cast<int>(sizeof...(Members));
  }
}

}  // namespace weir::test
