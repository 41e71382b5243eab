// member_count<T>(): how many members an aggregate has, so that a test can hold a list of them to
// be whole. Not reflection: it only tries with how many initialisers a T can be made.
#pragma once

namespace weir::test {

/// Stands for a member of any type when counting with how many initialisers a struct can be made.
struct AnyMember {
  template <class T>
  operator T() const;  // NOLINT(google-explicit-constructor): converts to whatever the member is
};

/// Copes with structs of members that a conversion can make: numbers, texts, containers, other
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
