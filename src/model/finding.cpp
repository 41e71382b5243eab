#include "model/finding.h"

#include <algorithm>
#include <utility>

#include "base/number_text.h"
#include "base/text.h"

namespace weir {
namespace {

std::string identity_of(const Resource& resource) {
  return resource.identity.empty() ? resource.name : resource.identity;
}

}  // namespace

std::vector<std::string> describe_parts(const Evidence& evidence) {
  std::vector<std::string> parts;
  if (evidence.value) parts.push_back(*evidence.value);
  if (evidence.delta) {
    std::string change = (*evidence.delta >= 0 ? "+" : "") + std::to_string(*evidence.delta);
    const std::string rate = decimal(evidence.per_second.value_or(0));
    if (rate != "0") change += " (" + rate + "/s)";
    parts.push_back(std::move(change));
  }
  if (evidence.total)
    parts.push_back(std::to_string(*evidence.total) +
                    (evidence.since.empty() ? "" : " since " + describe_since(evidence.since)));
  return parts;
}

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
