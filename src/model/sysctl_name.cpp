#include "model/sysctl_name.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace weir {
namespace {

/// In a name below conf or neigh: the place of the interface's name.
constexpr std::size_t interface_place = 3;

/// The folders whose entries are named after interfaces.
bool holds_interfaces(const std::vector<std::string>& parts) {
  constexpr std::array<std::string_view, 3> families{"ipv4", "ipv6", "mpls"};
  return parts.size() > interface_place + 1 && parts[0] == "net" &&
         std::find(families.begin(), families.end(), parts[1]) != families.end() &&
         (parts[2] == "conf" || parts[2] == "neigh");
}

/// Joins all components between `conf` and the leaf: an interface's name with its dots.
void join_interface(std::vector<std::string>& parts) {
  while (parts.size() > interface_place + 2) {
    parts[interface_place] += "." + parts[interface_place + 1];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(interface_place) + 1);
  }
}

bool is_component(const std::string& part) {
  return !part.empty() && part != "." && part != ".." && part.find('\0') == std::string::npos;
}

}  // namespace

std::optional<std::vector<std::string>> parse_sysctl_name(const std::string& name) {
  const auto first = name.find_first_of("./");
  const bool slashes = first != std::string::npos && name[first] == '/';
  std::vector<std::string> parts;
  for (const std::string_view part : split(name, slashes ? '/' : '.')) parts.emplace_back(part);
  if (!slashes)
    for (std::string& part : parts) std::replace(part.begin(), part.end(), '/', '.');
  if (holds_interfaces(parts)) join_interface(parts);
  if (!std::all_of(parts.begin(), parts.end(), is_component)) return std::nullopt;
  return parts;
}

std::string sysctl_key(const std::vector<std::string>& components) {
  std::string key;
  for (std::string part : components) {
    std::replace(part.begin(), part.end(), '.', '/');
    key += (key.empty() ? "" : ".") + part;
  }
  return key;
}

std::string canonical_sysctl_name(const std::string& name) {
  const auto components = parse_sysctl_name(name);
  return components ? sysctl_key(*components) : name;
}

std::string sysctl_interface(const std::vector<std::string>& components) {
  if (!holds_interfaces(components)) return {};
  const std::string& name = components[interface_place];
  return name == "all" || name == "default" ? std::string() : name;
}

std::vector<std::string> with_sysctl_interface(std::vector<std::string> components,
                                               const std::string& interface) {
  components[interface_place] = interface;
  return components;
}

}  // namespace weir
