#include "model/finding.h"

#include <algorithm>

#include "base/text.h"

namespace weir {
namespace {

std::string identity_of(const Resource& resource) {
  return resource.identity.empty() ? resource.name : resource.identity;
}

}  // namespace

std::string key_of(const Finding& finding) {
  const Resource& resource = finding.resource;
  std::string least = identity_of(resource);
  for (const auto& other : finding.also) least = std::min(least, identity_of(other));
  std::string place = resource.netns ? std::to_string(*resource.netns) : "";
  if (resource.netns_cookie) place += "/" + std::to_string(*resource.netns_cookie);
  const std::string_view parts[] = {finding.id, place, resource.kind, least};
  std::string key;
  for (const auto part : parts) key += (key.empty() ? "" : "\t") + escape_bytes(part);
  return key;
}

std::string describe_since(std::string_view since) {
  if (since == "namespace") return "the network namespace was created";
  if (since == "interface") return "the interface was created";
  if (since == "listen") return "listen()";
  if (since == "bind") return "bind()";
  return std::string(since);
}

}  // namespace weir
