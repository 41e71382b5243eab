#include "model/place.h"

namespace weir {
namespace {

template <class Value>
bool is_known_and_differs(const Value& a, const Value& b, const Value& unknown) {
  return a != unknown && b != unknown && a != b;
}

std::string name_both(const std::string& what, const std::string& then, const std::string& now) {
  const auto known = [](const std::string& value) { return value.empty() ? "unknown" : value; };
  return what + " (" + known(then) + "; this is " + known(now) + ")";
}

}  // namespace

std::optional<PlaceDifference> find_difference(const Place& a, const Place& b) {
  if (is_known_and_differs(a.machine_id, b.machine_id, {})) return PlaceDifference::machine;
  if (a.boot_id != b.boot_id) return PlaceDifference::boot;
  if (a.netns != b.netns) return PlaceDifference::netns;
  if (is_known_and_differs(a.netns_cookie, b.netns_cookie, {})) return PlaceDifference::successor;
  return std::nullopt;
}

Place without_machine(Place place) {
  place.machine_id.clear();
  return place;
}

std::string describe_difference(PlaceDifference difference, const Place& then, const Place& now) {
  switch (difference) {
    case PlaceDifference::machine:
      return name_both("another machine", then.machine_id, now.machine_id);
    case PlaceDifference::boot: return name_both("another boot", then.boot_id, now.boot_id);
    case PlaceDifference::netns:
      return name_both("another network namespace", "inode " + std::to_string(then.netns),
                       std::to_string(now.netns));
    case PlaceDifference::successor:
      return "a network namespace that is gone (a new one has its inode " +
             std::to_string(then.netns) + ")";
  }
  return {};
}

}  // namespace weir
