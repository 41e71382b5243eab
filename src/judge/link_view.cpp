#include "judge/link_view.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace weir::judge {

namespace {

/// SPEED of ethtool is in 10^6 bits per second, each direction of a full-duplex link.
constexpr std::int64_t bytes_per_megabit = 1'000'000 / 8;

/// Names that drivers give to "no free receive buffer": mlx5 rx_out_of_buffer and rx_discards_phy,
/// ixgbe rx_no_dma_resources, igb rx_missed_errors, r8169 rx_missed, bnxt rx_total_discard_pkts,
/// qede brb_discards, cxgb4 rx_ovflow0, ena rx_overruns, sfc port_rx_nodesc_drop_cnt …
constexpr std::array<std::string_view, 9> ring_words{"out_of_buffer", "no_dma",  "missed",
                                                     "fifo",          "discard", "overrun",
                                                     "over_err",      "ovflow",  "nodesc_drop"};
/// Whole names for the same: ena, ice, i40e. Plain rx_dropped is missing here on purpose: ixgbe
/// repeats the kernel's rx_dropped, which includes packets of unknown protocols.
constexpr std::array<std::string_view, 3> ring_names{"rx_drops", "rx_dropped.nic",
                                                     "port.rx_dropped"};
/// mlx5: packets that no steering rule takes, such as multicast for other hosts.
constexpr std::string_view unwanted_counter = "rx_steer_missed_packets";

std::optional<std::int64_t> map_delta(const Window& window, const LinkView& view,
                                      const std::map<std::string, std::int64_t> Link::*map,
                                      const std::string& name) {
  if (view.before == nullptr) return std::nullopt;
  const auto now = find_number(view.link->*map, name);
  auto earlier = find_number(view.before->*map, name);
  // A missing counter means zero only if the same version of weir read both ends. Another version
  // may not have known the counter.
  if (!earlier && window.start()->provenance.weir_version == window.end().provenance.weir_version)
    earlier = 0;
  return difference(earlier, now);
}

}  // namespace

std::vector<LinkView> compute_link_views(const Window& window) {
  std::vector<LinkView> views;
  for (const auto& link : window.end().network.links) {
    if (link.loopback) continue;
    views.push_back({&link, window.index().start.links.find({link.index, link.name})});
  }
  return views;
}

std::optional<std::int64_t> moved_by(const LinkView& view, std::int64_t Link::*counter) {
  if (view.before == nullptr) return std::nullopt;
  return difference(view.before->*counter, view.link->*counter);
}

std::optional<std::int64_t> statistic_delta(const Window& window, const LinkView& view,
                                            const std::string& name) {
  return map_delta(window, view, &Link::statistics, name);
}

std::optional<std::int64_t> driver_delta(const Window& window, const LinkView& view,
                                         const std::string& name) {
  return map_delta(window, view, &Link::driver, name);
}

bool is_ring_counter(const std::string& name) {
  if (name.compare(0, 2, "tx") == 0 || name == unwanted_counter) return false;
  return std::find(ring_names.begin(), ring_names.end(), name) != ring_names.end() ||
         std::any_of(ring_words.begin(), ring_words.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

std::optional<std::int64_t> ring_losses(const Window& window, const LinkView& view) {
  auto losses = larger(moved_by(view, &Link::rx_missed_errors),
                       statistic_delta(window, view, "rx_fifo_errors"));
  for (const auto& counter : view.link->driver) {
    if (is_ring_counter(counter.first))
      losses = larger(losses, driver_delta(window, view, counter.first));
  }
  return losses;
}

std::optional<QdiscView> find_root_qdisc(const Window& window, const Link& link) {
  const Qdisc* now = window.index().end.root_qdiscs.find(link.index);
  if (now == nullptr) return std::nullopt;
  // A qdisc that replaced another one inside the window counts from zero.
  const auto before = window.index().start.root_qdiscs.all({now->link, now->kind, now->handle});
  return QdiscView{now, before.empty() ? nullptr : before.back()};
}

std::optional<std::int64_t> moved_by(const QdiscView& view, std::int64_t Qdisc::*counter) {
  if (view.before == nullptr) return std::nullopt;
  return difference(view.before->*counter, view.qdisc->*counter);
}

std::optional<std::int64_t> link_capacity(const Link& link) {
  if (!link.speed_mbit || *link.speed_mbit <= 0 || *link.speed_mbit > INT64_MAX / bytes_per_megabit)
    return std::nullopt;
  return *link.speed_mbit * bytes_per_megabit;
}

Resource interface_resource(const Window& window, const Link& link) {
  Resource resource;
  resource.kind = "interface";
  resource.name = link.name;
  resource.identity = "link " + std::to_string(link.index) + " " + link_identity(link);
  resource.netns = window.end().provenance.place.netns;
  return resource;
}

}  // namespace weir::judge
