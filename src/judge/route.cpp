#include "judge/route.h"

#include <algorithm>
#include <array>

namespace weir::judge {

namespace {

/// Kinds whose packets leave by the interface itself or by its members (Link::master). All other
/// kinds have a lower interface that is not known.
constexpr std::array<std::string_view, 5> kinds_of_their_own{"", "veth", "bond", "team", "bridge"};

bool is_loopback_address(std::string_view address) {
  return address == "::1" || address.rfind("127.", 0) == 0;
}

}  // namespace

bool is_own_address(const Window& window, std::string_view address) {
  return is_loopback_address(address) ||
         window.index().end.links_by_address.find(address) != nullptr;
}

const Link* find_route(const Window& window, std::string_view local_address) {
  const Link* link = window.index().end.links_by_address.find(local_address);
  if (link == nullptr || link->loopback) return nullptr;
  const bool is_known = std::find(kinds_of_their_own.begin(), kinds_of_their_own.end(),
                                  link->kind) != kinds_of_their_own.end();
  return is_known ? link : nullptr;
}

std::vector<std::string> list_interfaces(const Window& window, const Link* route) {
  if (route == nullptr) return {};
  std::vector<std::string> names{route->name};
  for (const Link* member : window.index().end.links_by_master.all(route->index))
    names.push_back(member->name);
  return names;
}

}  // namespace weir::judge
