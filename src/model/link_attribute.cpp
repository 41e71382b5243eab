#include "model/link_attribute.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace weir {
namespace {

constexpr std::array<std::string_view, 2> rings{"rx", "tx"};
constexpr std::array<std::string_view, 3> channels{"combined", "rx", "tx"};
constexpr std::array<std::string_view, 6> coalescing{"adaptive-rx", "adaptive-tx", "rx-usecs",
                                                     "rx-frames",   "tx-usecs",    "tx-frames"};
constexpr std::size_t max_feature = 31;  // ETH_GSTRING_LEN with its closing zero
// a socket's queue mapping has 16 bits (include/net/sock.h)
constexpr std::int64_t max_queue = 0xFFFF;
constexpr std::string_view feature_prefix = "feature.";

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_feature(std::string_view name) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return !name.empty() && name.size() <= max_feature &&
         name.find_first_not_of(letters) == std::string_view::npos;
}

/// "rx-3.rps_cpus"
std::optional<LinkAttribute> parse_steering(std::string_view queue, std::string_view name) {
  const bool receives = queue.starts_with("rx-");
  if (!receives && !queue.starts_with("tx-")) return std::nullopt;
  const auto number = parse_integer(queue.substr(3));
  // One spelling for each queue: "rx-03" is invalid.
  if (!number || *number < 0 || *number > max_queue || std::to_string(*number) != queue.substr(3))
    return std::nullopt;
  const bool known = receives ? name == "rps_cpus" || name == "rps_flow_cnt" : name == "xps_cpus";
  if (!known) return std::nullopt;
  return LinkAttribute{LinkAttributeKind::steering, std::string(name), *number};
}

}  // namespace

std::optional<LinkAttribute> parse_link_attribute(std::string_view text) {
  if (text == "txqueuelen") return LinkAttribute{LinkAttributeKind::transmit_length, {}, -1};
  if (text == "qdisc") return LinkAttribute{LinkAttributeKind::qdisc, {}, -1};
  if (text.starts_with(feature_prefix)) {
    const auto name = text.substr(feature_prefix.size());
    if (!is_feature(name)) return std::nullopt;
    return LinkAttribute{LinkAttributeKind::feature, std::string(name), -1};
  }
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto group = text.substr(0, dot);
  const auto name = text.substr(dot + 1);
  if (group == "ring" && contains(rings, name))
    return LinkAttribute{LinkAttributeKind::ring, std::string(name), -1};
  if (group == "channels" && contains(channels, name))
    return LinkAttribute{LinkAttributeKind::channels, std::string(name), -1};
  if (group == "coalesce" && contains(coalescing, name))
    return LinkAttribute{LinkAttributeKind::coalescing, std::string(name), -1};
  return parse_steering(group, name);
}

bool can_cut_traffic(LinkAttributeKind kind) {
  switch (kind) {
    case LinkAttributeKind::ring:
    case LinkAttributeKind::channels:
    case LinkAttributeKind::feature:
    case LinkAttributeKind::qdisc: return true;
    case LinkAttributeKind::coalescing:
    case LinkAttributeKind::transmit_length:
    case LinkAttributeKind::steering: return false;
  }
  return true;
}

int rank_link_attribute(const LinkAttribute& attribute) {
  constexpr int step = 2;  // room for the attribute that comes first inside a kind
  switch (attribute.kind) {
    case LinkAttributeKind::channels: return 0;
    case LinkAttributeKind::ring: return step;
    case LinkAttributeKind::coalescing:
      return 2 * step + (attribute.name.starts_with("adaptive") ? 0 : 1);
    case LinkAttributeKind::feature:
      return 3 * step + (attribute.name.find("checksum") != std::string::npos ? 0 : 1);
    case LinkAttributeKind::transmit_length: return 4 * step;
    case LinkAttributeKind::qdisc: return 5 * step;
    case LinkAttributeKind::steering: return 6 * step;
  }
  return 0;
}

}  // namespace weir
