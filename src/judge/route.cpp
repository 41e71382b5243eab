#include "judge/route.h"

#include <algorithm>
#include <array>

namespace weir::judge {

namespace {

/// Kinds whose packets leave by the interface itself or by its members (Link::master); all others have a lower interface that nobody told of.
constexpr std::array<std::string_view, 5> kinds_of_their_own{"", "veth", "bond", "team", "bridge"};

bool is_loopback_address(std::string_view address) { return address == "::1" || address.rfind("127.", 0) == 0; }

const Link* find_link_of(const Snapshot& snapshot, std::string_view address) {
  for (const auto& link : snapshot.links) {
    if (std::find(link.addresses.begin(), link.addresses.end(), address) != link.addresses.end()) return &link;
  }
  return nullptr;
}

}  // namespace

bool is_own_address(const Snapshot& snapshot, std::string_view address) { return is_loopback_address(address) || find_link_of(snapshot, address) != nullptr; }

std::vector<std::string> find_route(const Snapshot& snapshot, std::string_view local_address) {
  const Link* link = find_link_of(snapshot, local_address);
  if (link == nullptr || link->loopback) return {};
  if (std::find(kinds_of_their_own.begin(), kinds_of_their_own.end(), link->kind) == kinds_of_their_own.end()) return {};
  std::vector<std::string> names{link->name};
  for (const auto& other : snapshot.links) {
    if (other.master == link->index) names.push_back(other.name);
  }
  return names;
}

}  // namespace weir::judge
