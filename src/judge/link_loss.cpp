#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/share.h"
#include "judge/link.h"
#include "judge/link_view.h"
#include "judge/look_back.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Shares of all packets of that direction. At 0.1 % TCP loses throughput on any path (Mathis et
/// al., 1997); below 0.001 % no user notices. weir's own thresholds.
constexpr double critical_loss_share = 0.001;
constexpr double warning_loss_share = 0.00001;
constexpr double critical_losses_per_second = 1;
/// Cables have a bit error now and then (IEEE 802.3 allows one in 10^12, older versions one in
/// 10^10). Fewer errors than this in one window prove nothing.
constexpr std::int64_t least_losses = 3;

/// igb and e1000e also raise this counter for a packet that waited in the card's memory and was
/// then delivered (Intel 82574 datasheet, RNBC). It is shown, but never counted as a loss.
constexpr std::string_view delayed_counter = "rx_no_buffer_count";

constexpr std::string_view allowance_ending = "_allowance_exceeded";

struct LinkLoss {
  std::string counter;  ///< the counter with the highest growth
  std::int64_t losses = 0;
  double share = 0;
  std::vector<Evidence> evidence;
};

Severity severity_of(const Window& window, const LinkLoss& loss) {
  if (loss.losses < least_losses) return Severity::notice;
  if (loss.share >= critical_loss_share &&
      per_second(window, loss.losses).value_or(0) >= critical_losses_per_second)
    return Severity::critical;
  return loss.share >= warning_loss_share ? Severity::warning : Severity::notice;
}

void count_losses(const Window& window, const LinkView& view, const char* source,
                  const std::string& name, std::optional<std::int64_t> delta, LinkLoss& loss,
                  std::int64_t& most) {
  if (delta.value_or(0) <= 0) return;
  loss.evidence.push_back(moved(source, name + " of " + view.link->name, *delta, window));
  if (*delta <= most) return;
  most = *delta;
  loss.counter = name;
}

Finding compose_link_loss(const Window& window, const LinkView& view, std::string_view id,
                          const char* variant, Severity severity, const LinkLoss& loss) {
  Finding finding =
      make_finding(id, variant, severity,
                   {{"interface", view.link->name},
                    {"counter", loss.counter},
                    {"losses", std::to_string(loss.losses)},
                    {"losses_per_second", decimal(per_second(window, loss.losses).value_or(0), 2)},
                    {"lost_percent", decimal(100 * loss.share, 3)}});
  finding.resource = interface_resource(window, *view.link);
  finding.lost_per_second = per_second(window, loss.losses).value_or(0);
  finding.evidence = loss.evidence;
  return finding;
}

std::optional<Finding> look_back_at_ring(const Window& window, const LinkView& view) {
  const std::int64_t total =
      std::max(view.link->rx_missed_errors,
               find_number(view.link->statistics, "rx_fifo_errors").value_or(0));
  // Each boot loses a few packets before the rings are filled. Only a share of all received packets
  // shows that clients were affected.
  if (share_beside(total, std::max<std::int64_t>(view.link->rx_packets, 0)) < critical_loss_share)
    return std::nullopt;
  auto finding =
      look_back(window, ids::link_rx_drops,
                {{"rtnetlink", "rx_missed_errors or rx_fifo_errors of " + view.link->name, total,
                  ring_losses(window, view)}});
  if (finding) finding->resource = interface_resource(window, *view.link);
  return finding;
}

std::optional<Finding> judge_ring(const Window& window, const LinkView& view) {
  LinkLoss loss;
  loss.losses = ring_losses(window, view).value_or(0);
  if (loss.losses <= 0) return look_back_at_ring(window, view);
  std::int64_t most = 0;
  count_losses(window, view, "rtnetlink", "rx_missed_errors",
               moved_by(view, &Link::rx_missed_errors), loss, most);
  count_losses(window, view, "rtnetlink", "rx_fifo_errors",
               statistic_delta(window, view, "rx_fifo_errors"), loss, most);
  for (const auto& driver : view.link->driver) {
    if (is_ring_counter(driver.first) || driver.first == delayed_counter) {
      count_losses(window, view, "ethtool", driver.first, driver_delta(window, view, driver.first),
                   loss, most);
    }
  }
  const auto passed = moved_by(view, &Link::rx_packets);
  loss.share = share_beside(loss.losses, passed);
  if (passed)
    loss.evidence.push_back(
        moved("rtnetlink", "rx_packets of " + view.link->name, *passed, window));
  if (view.link->rx_queues > 0)
    loss.evidence.push_back(stands_at("sysfs", "receive queues of " + view.link->name,
                                      std::to_string(view.link->rx_queues)));
  return compose_link_loss(window, view, ids::link_rx_drops, "", severity_of(window, loss), loss);
}

/// While the carrier changes, frames are damaged because of the change. link.carrier-lost reports
/// that.
bool carrier_stood(const LinkView& view) {
  return view.link->carrier && view.before != nullptr && view.before->carrier &&
         difference(view.before->carrier_changes, view.link->carrier_changes).value_or(0) == 0;
}

std::optional<Finding> judge_errors(const Window& window, const LinkView& view) {
  if (!carrier_stood(view)) return std::nullopt;
  LinkLoss loss;
  std::int64_t most = 0;
  for (const char* name :
       {"rx_crc_errors", "rx_frame_errors", "tx_carrier_errors", "tx_window_errors"}) {
    const auto delta = statistic_delta(window, view, name);
    count_losses(window, view, "rtnetlink", name, delta, loss, most);
    loss.losses = saturated_sum(loss.losses, delta.value_or(0));
  }
  const bool is_damage = loss.losses > 0;
  // A frame that is longer than the interface accepts is not damaged: the MTUs of the two ends
  // differ.
  const auto length = statistic_delta(window, view, "rx_length_errors");
  count_losses(window, view, "rtnetlink", "rx_length_errors", length, loss, most);
  if (!is_damage) loss.losses = length.value_or(0);
  if (loss.losses <= 0) return std::nullopt;
  const auto received = moved_by(view, &Link::rx_packets);
  loss.share = share_beside(
      loss.losses,
      saturated_sum(received.value_or(0), moved_by(view, &Link::tx_packets).value_or(0)));
  if (received)
    loss.evidence.push_back(
        moved("rtnetlink", "rx_packets of " + view.link->name, *received, window));
  if (!is_damage)
    loss.evidence.push_back(
        stands_at("rtnetlink", "MTU of " + view.link->name, std::to_string(view.link->mtu)));
  return compose_link_loss(window, view, ids::link_errors, is_damage ? "" : "length",
                           severity_of(window, loss), loss);
}

bool is_allowance(const std::string& name) {
  return name.size() > allowance_ending.size() &&
         name.compare(name.size() - allowance_ending.size(), allowance_ending.size(),
                      allowance_ending) == 0;
}

std::optional<Finding> judge_allowance(const Window& window, const LinkView& view) {
  LinkLoss loss;
  std::int64_t most = 0;
  std::vector<LossCounter> counters;
  for (const auto& driver : view.link->driver) {
    if (!is_allowance(driver.first)) continue;
    const auto delta = driver_delta(window, view, driver.first);
    count_losses(window, view, "ethtool", driver.first, delta, loss, most);
    loss.losses = saturated_sum(loss.losses, delta.value_or(0));
    counters.push_back({"ethtool", driver.first + " of " + view.link->name, driver.second, delta});
  }
  if (loss.losses <= 0) {
    auto before = look_back(window, ids::link_cloud_allowance, counters);
    if (before) before->resource = interface_resource(window, *view.link);
    return before;
  }
  const std::int64_t passed = saturated_sum(moved_by(view, &Link::rx_packets).value_or(0),
                                            moved_by(view, &Link::tx_packets).value_or(0));
  loss.share = share_beside(loss.losses, passed);
  // If the provider delayed one burst, that is not a lasting limit. Packets each second are.
  const bool is_lasting = per_second(window, loss.losses).value_or(0) >= critical_losses_per_second;
  return compose_link_loss(window, view, ids::link_cloud_allowance, "",
                           is_lasting ? Severity::critical : Severity::warning, loss);
}

}  // namespace

std::vector<Finding> judge_link_losses(const Window& window) {
  std::vector<Finding> findings;
  for (const auto& view : compute_link_views(window)) {
    // A tunnel counts packets that it cannot route as errors. A veth counts packets without a peer
    // as errors.
    if (!is_hardware(*view.link)) continue;
    for (auto judge_one : {judge_ring, judge_errors, judge_allowance}) {
      auto finding = judge_one(window, view);
      if (finding) findings.push_back(*std::move(finding));
    }
  }
  return findings;
}

}  // namespace weir::judge
