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
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Mean of the window. Above this share each burst makes the queue in front of the link longer:
/// weir's own threshold.
constexpr double full_share = 0.9;
/// A shaping qdisc above this share is at its rate even if no packet waits at the moment of
/// reading.
constexpr double shaped_share = 0.95;
/// Preamble, start delimiter, frame check sequence and gap (IEEE 802.3 clauses 3 and 4): 24 bytes
/// of each frame that no counter includes.
constexpr double bytes_between_frames = 24;
/// This loss slows TCP on any path: at 0.1 % a connection of 100 ms gets about 40 windows of 1460
/// bytes a second (Mathis et al., 1997).
constexpr double lossy_share = 0.001;
/// For a qdisc that is below its rate or has no rate. Above this share the queue is too short for
/// the bursts; active queue management, which keeps its queue short, drops less.
constexpr double very_lossy_share = 0.01;
constexpr double least_losses_per_second = 1;
/// A class over its rate had a packet and could not send it this often a second
/// (qdisc_qstats_overlimit(), htb_dequeue(), net/sched/sch_htb.c). A few times are the end of a
/// burst that its `burst` did not cover. weir's own threshold.
constexpr double held_back_per_second = 20;
/// These qdiscs shape by the rates of their classes. The qdisc itself does not report those rates.
constexpr std::array<std::string_view, 3> classful_shapers{"htb", "hfsc", "cbq"};

struct Load {
  const Link* link = nullptr;
  std::string variant;
  std::string direction;  ///< "receives", "sends"
  double used = 0;        ///< bytes per second, as the capacity counts them
  double capacity = 0;    ///< bytes per second; 0: not known
  std::string source;     ///< source of the counter of losses
  std::string counter;
  std::int64_t losses = 0;
  double lost_share = 0;
  Severity severity = Severity::warning;
};

bool is_lossy(const Window& window, const Load& load) {
  return load.lost_share >= lossy_share &&
         per_second(window, load.losses).value_or(0) >= least_losses_per_second;
}

/// The bytes per second that the frames of one direction take on the cable.
double wire_rate(const Window& window, std::optional<std::int64_t> bytes,
                 std::optional<std::int64_t> packets) {
  const double in_frames = per_second(window, bytes).value_or(0);
  return in_frames + bytes_between_frames * per_second(window, packets).value_or(0);
}

void set_losses(Load& load, std::string source, std::string counter,
                std::optional<std::int64_t> losses, std::optional<std::int64_t> passed) {
  load.source = std::move(source);
  load.counter = std::move(counter);
  load.losses = losses.value_or(0);
  load.lost_share = share_beside(load.losses, passed);
}

std::optional<Load> measure_direction(const Window& window, const LinkView& view, bool receives,
                                      const std::optional<QdiscView>& qdisc) {
  const auto capacity = link_capacity(*view.link);
  if (!capacity || !is_hardware(*view.link)) return std::nullopt;
  const auto packets = moved_by(view, receives ? &Link::rx_packets : &Link::tx_packets);
  Load load;
  load.link = view.link;
  load.direction = receives ? "receives" : "sends";
  load.capacity = static_cast<double>(*capacity);
  load.used =
      wire_rate(window, moved_by(view, receives ? &Link::rx_bytes : &Link::tx_bytes), packets);
  if (load.used < full_share * load.capacity) return std::nullopt;
  if (receives) {
    set_losses(load, "rtnetlink", "packets without room in the ring of " + view.link->name,
               ring_losses(window, view), packets);
  } else if (qdisc) {
    set_losses(load, "qdisc", "drops of " + qdisc->qdisc->kind + " on " + view.link->name,
               moved_by(*qdisc, &Qdisc::drops), packets);
  }
  load.severity = is_lossy(window, load) ? Severity::critical : Severity::warning;
  return load;
}

/// The qdisc reached its own rate. A qdisc counts the bytes that it lets through, so the gaps
/// between frames are not added.
std::optional<Load> measure_shaper(const Window& window, const LinkView& view,
                                   const QdiscView& qdisc) {
  if (qdisc.qdisc->rate_bytes.value_or(0) <= 0) return std::nullopt;
  Load load;
  load.link = view.link;
  load.variant = "shaped";
  load.direction = "sends";
  load.capacity = static_cast<double>(*qdisc.qdisc->rate_bytes);
  load.used = per_second(window, moved_by(qdisc, &Qdisc::bytes)).value_or(0);
  set_losses(load, "qdisc", "drops of " + qdisc.qdisc->kind + " on " + view.link->name,
             moved_by(qdisc, &Qdisc::drops), moved_by(qdisc, &Qdisc::packets));
  const bool is_waiting =
      load.losses > 0 || qdisc.qdisc->backlog > 0 || qdisc.qdisc->queue_length > 0;
  if (load.used < (is_waiting ? full_share : shaped_share) * load.capacity) return std::nullopt;
  load.severity = is_lossy(window, load) ? Severity::critical : Severity::warning;
  return load;
}

/// A class of the qdisc holds packets back: at both ends of the window and in between. On its own
/// host TCP notices the queue (TCP_SMALL_QUEUES), so packets need not be dropped.
std::optional<Load> measure_classes(const Window& window, const LinkView& view,
                                    const QdiscView& qdisc) {
  if (std::find(classful_shapers.begin(), classful_shapers.end(), qdisc.qdisc->kind) ==
      classful_shapers.end())
    return std::nullopt;
  if (qdisc.before == nullptr || qdisc.before->queue_length <= 0 || qdisc.qdisc->queue_length <= 0)
    return std::nullopt;
  if (per_second(window, moved_by(qdisc, &Qdisc::overlimits)).value_or(0) < held_back_per_second)
    return std::nullopt;
  Load load;
  load.link = view.link;
  load.variant = "classes";
  load.direction = "sends";
  load.used = per_second(window, moved_by(qdisc, &Qdisc::bytes)).value_or(0);
  set_losses(load, "qdisc", "drops of " + qdisc.qdisc->kind + " on " + view.link->name,
             moved_by(qdisc, &Qdisc::drops), moved_by(qdisc, &Qdisc::packets));
  load.severity = is_lossy(window, load) ? Severity::critical : Severity::warning;
  return load;
}

/// The qdisc drops although neither the qdisc nor the link is known to be full. Either bursts are
/// longer than the queue, or the speed of the link is unknown.
std::optional<Load> measure_queue(const Window& window, const LinkView& view,
                                  const QdiscView& qdisc) {
  // netem drops packets on purpose, for tests. Its losses do not mean a full queue.
  if (qdisc.qdisc->kind == "netem") return std::nullopt;
  // The queue of a tun is full whenever its program is slower than TCP sends. TCP finds the
  // tunnel's speed by these drops.
  if (view.link->kind == "tun" || view.link->kind == "tap") return std::nullopt;
  Load load;
  load.link = view.link;
  load.variant = "queue";
  load.direction = "sends";
  load.used = per_second(window, moved_by(view, &Link::tx_bytes)).value_or(0);
  set_losses(load, "qdisc", "drops of " + qdisc.qdisc->kind + " on " + view.link->name,
             moved_by(qdisc, &Qdisc::drops), moved_by(qdisc, &Qdisc::packets));
  if (!is_lossy(window, load)) return std::nullopt;
  load.severity = load.lost_share >= very_lossy_share ? Severity::critical : Severity::warning;
  return load;
}

std::map<std::string, std::string> collect_load_facts(const Load& load) {
  constexpr double bits_per_byte = 8;
  constexpr double mega = 1e6;
  const bool is_known = load.capacity > 0;
  return {
      {"interface", load.link->name},
      {"direction", load.direction},
      {"rate", decimal(load.used * bits_per_byte / mega)},
      {"capacity",
       is_known ? decimal(load.capacity * bits_per_byte / mega) : "an unknown number of"},
      {"used_percent",
       is_known ? percent(std::min(load.used / load.capacity, 1.0)) : "an unknown share"},
      {"losses", std::to_string(load.losses)},
      {"lost_percent", decimal(100 * load.lost_share, 2)},
  };
}

void add_qdisc_evidence(const Window& window, const QdiscView& view, Finding& finding) {
  const Qdisc& qdisc = *view.qdisc;
  const std::string name = qdisc.kind.empty() ? "the qdisc" : qdisc.kind;
  if (qdisc.rate_bytes)
    finding.evidence.push_back(
        stands_at("qdisc", "rate of " + name, std::to_string(*qdisc.rate_bytes) + " bytes/s"));
  finding.evidence.push_back(stands_at("qdisc", "backlog of " + name,
                                       std::to_string(qdisc.queue_length) + " packets, " +
                                           std::to_string(qdisc.backlog) + " bytes"));
  const auto overlimits = moved_by(view, &Qdisc::overlimits);
  if (overlimits)
    finding.evidence.push_back(moved("qdisc", "overlimits of " + name, *overlimits, window));
  if (qdisc.limit)
    finding.evidence.push_back(
        stands_at("qdisc", "limit of " + name, std::to_string(*qdisc.limit)));
}

Finding compose_load(const Window& window, const LinkView& view, const Load& load,
                     const std::optional<QdiscView>& qdisc) {
  Finding finding =
      make_finding(ids::link_saturated, load.variant, load.severity, collect_load_facts(load));
  finding.resource = interface_resource(window, *view.link);
  const bool receives = load.direction == "receives";
  finding.resource.identity += receives ? " receiving" : " sending";
  finding.lost_per_second = per_second(window, load.losses).value_or(0);
  const char* bytes = receives ? "rx_bytes of " : "tx_bytes of ";
  const auto delta = moved_by(view, receives ? &Link::rx_bytes : &Link::tx_bytes);
  if (delta)
    finding.evidence.push_back(moved("rtnetlink", bytes + view.link->name, *delta, window));
  if (view.link->speed_mbit)
    finding.evidence.push_back(stands_at("ethtool", "speed of " + view.link->name,
                                         std::to_string(*view.link->speed_mbit) + " Mbit/s"));
  if (!load.counter.empty())
    finding.evidence.push_back(moved(load.source, load.counter, load.losses, window));
  if (!receives && qdisc) add_qdisc_evidence(window, *qdisc, finding);
  return finding;
}

}  // namespace

std::vector<Finding> judge_link_load(const Window& window) {
  std::vector<Finding> findings;
  if (window.start() == nullptr) return findings;
  for (const auto& view : compute_link_views(window)) {
    if (!view.link->up || view.before == nullptr) continue;
    const auto qdisc = find_root_qdisc(window, *view.link);
    const auto received = measure_direction(window, view, true, qdisc);
    if (received) findings.push_back(compose_load(window, view, *received, qdisc));
    // At most one finding for each direction: the narrowest place is tried first.
    auto sent = qdisc ? measure_shaper(window, view, *qdisc) : std::nullopt;
    if (!sent) sent = measure_direction(window, view, false, qdisc);
    if (!sent && qdisc) sent = measure_classes(window, view, *qdisc);
    if (!sent && qdisc) sent = measure_queue(window, view, *qdisc);
    if (sent) findings.push_back(compose_load(window, view, *sent, qdisc));
  }
  return findings;
}

}  // namespace weir::judge
