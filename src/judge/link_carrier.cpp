#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/integers.h"
#include "judge/link.h"
#include "judge/link_view.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// The carrier is off when the driver registers, and on when the other end was found
/// (net/core/link_watch.c). An interface with two changes or more has had a carrier.
constexpr std::int64_t changes_with_carrier = 2;
/// A carrier that is lost and comes back is two changes.
constexpr std::int64_t changes_of_a_flap = 2;
/// Over hours, one restart of a switch is normal. More than one flap in this time is a problem:
/// weir's own threshold.
constexpr double flap_seconds = 3600;

/// In a longer window a person may have moved a cable on purpose: weir's own threshold.
constexpr double short_window_seconds = 60;

/// Virtual interfaces that take their carrier from an interface below them or at their other end.
constexpr std::array<std::string_view, 7> followers{"veth",    "vlan",   "bond",  "team",
                                                    "macvlan", "ipvlan", "bridge"};
/// Guests come and go, so the carrier of their ports says nothing about the host.
constexpr std::array<std::string_view, 3> guest_ports{"veth", "tun", "tap"};

template <std::size_t size>
bool is_kind_among(const std::array<std::string_view, size>& kinds, const std::string& kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

const Link* find_master(const Topology& topology, const Link& link) {
  return link.master == 0 ? nullptr : topology.links.find(link.master);
}
const Link* find_master(const Window& window, const Link& link) {
  return find_master(window.index().end.topology, link);
}

bool is_bond(const Link* master) {
  return master != nullptr && (master->kind == "bond" || master->kind == "team");
}

/// The indexes of the bridges with a port that does not belong to a guest. A bridge has a carrier
/// while one of its ports has one. A bridge without ports, or with guests' ports only, normally has
/// no carrier (docker0, virbr0).
std::set<std::int64_t> find_bridges_with_uplink(const Window& window) {
  std::set<std::int64_t> bridges;
  for (const auto& port : window.end().network.links) {
    if (!is_kind_among(guest_ports, port.kind)) bridges.insert(port.master);
  }
  return bridges;
}

/// Names what depends on the interface. Empty: nothing that weir knows.
std::string find_dependent(const Topology& topology, const Link& link) {
  if (topology.gateways.find(link.index) != nullptr) return "the default route";
  if (link.addressed) return link.routed ? "an address with its route" : "an address";
  // The host's end of a container's veth has only a route to the container. The route disappears
  // with the container.
  if (link.routed && link.kind != "veth") return "a route";
  const Link* master = find_master(topology, link);
  const bool is_uplink = master != nullptr && (master->addressed || master->routed) &&
                         !is_kind_among(guest_ports, link.kind);
  return is_uplink ? master->name : std::string();
}

/// Network managers remove the address as soon as the carrier is lost. In a short window the state
/// at the start therefore counts, too.
std::string find_dependent(const Window& window, const LinkView& view) {
  std::string dependent = find_dependent(window.index().end.topology, *view.link);
  if (!dependent.empty() || view.before == nullptr || window.seconds() > short_window_seconds)
    return dependent;
  return find_dependent(window.index().start.topology, *view.before);
}

bool had_carrier(const LinkView& view) {
  if (view.before != nullptr && view.before->carrier) return true;
  return view.link->carrier_changes.value_or(0) >= changes_with_carrier;
}

/// Whether a missing carrier can be a fault for this kind of interface.
bool may_be_accused(const std::set<std::int64_t>& with_uplink, const LinkView& view) {
  if (is_hardware(*view.link)) return true;
  if (!is_kind_among(followers, view.link->kind) || !had_carrier(view)) return false;
  return view.link->kind != "bridge" || with_uplink.count(view.link->index) > 0;
}

std::optional<std::int64_t> changes_inside(const LinkView& view) {
  return view.before == nullptr
             ? std::nullopt
             : difference(view.before->carrier_changes, view.link->carrier_changes);
}

struct CarrierLoss {
  std::string variant;
  Severity severity = Severity::notice;
  std::string dependent;
};

std::optional<CarrierLoss> diagnose_lost(const Window& window,
                                         const std::set<std::int64_t>& with_uplink,
                                         const LinkView& view) {
  if (!may_be_accused(with_uplink, view)) return std::nullopt;
  const Link* master = find_master(window, *view.link);
  if (is_bond(master)) {
    return had_carrier(view)
               ? std::optional<CarrierLoss>({"member", Severity::warning, master->name})
               : std::nullopt;
  }
  std::string dependent = find_dependent(window, view);
  if (dependent.empty()) {
    return is_hardware(*view.link) && had_carrier(view)
               ? std::optional<CarrierLoss>({"unused", Severity::notice, "nothing"})
               : std::nullopt;
  }
  const bool lost_inside = view.before != nullptr && view.before->up && view.before->carrier;
  return CarrierLoss{lost_inside ? "lost" : "",
                     lost_inside ? Severity::critical : Severity::warning, std::move(dependent)};
}

/// The interface has a carrier, but lost it inside the window.
std::optional<CarrierLoss> diagnose_flapping(const Window& window, const LinkView& view) {
  const auto changes = changes_inside(view);
  if (changes.value_or(0) < changes_of_a_flap || view.before == nullptr || !view.before->carrier ||
      !view.before->up)
    return std::nullopt;
  if (!is_hardware(*view.link) && !is_bond(view.link)) return std::nullopt;
  const double flaps = static_cast<double>(*changes) / static_cast<double>(changes_of_a_flap);
  const bool is_seldom = flaps * flap_seconds < window.seconds();
  std::string dependent = find_dependent(window, view);
  if (is_bond(find_master(window, *view.link))) dependent = find_master(window, *view.link)->name;
  const bool is_notice = is_seldom || dependent.empty();
  return CarrierLoss{"flapping", is_notice ? Severity::notice : Severity::warning,
                     dependent.empty() ? "nothing" : std::move(dependent)};
}

Finding compose_carrier_loss(const Window& window, const LinkView& view, const CarrierLoss& loss) {
  const auto changes = changes_inside(view);
  Finding finding =
      make_finding(ids::link_carrier_lost, loss.variant, loss.severity,
                   {{"interface", view.link->name},
                    {"dependent", loss.dependent},
                    {"changes", changes ? std::to_string(*changes) : std::string("several")}});
  finding.resource = interface_resource(window, *view.link);
  std::string state = view.link->carrier ? "yes" : "no";
  if (view.before != nullptr)
    state += view.before->carrier ? ", at the start of the window: yes"
                                  : ", at the start of the window: no";
  finding.evidence.push_back(
      stands_at("rtnetlink", "carrier of " + view.link->name, std::move(state)));
  if (view.link->carrier_changes) {
    Evidence evidence = counted("rtnetlink", "carrier_changes of " + view.link->name,
                                *view.link->carrier_changes, "interface");
    evidence.delta = changes;
    finding.evidence.push_back(std::move(evidence));
  }
  finding.evidence.push_back(
      stands_at("rtnetlink", "depends on " + view.link->name, loss.dependent));
  return finding;
}

}  // namespace

std::vector<Finding> judge_carriers(const Window& window) {
  std::vector<Finding> findings;
  const auto with_uplink = find_bridges_with_uplink(window);
  for (const auto& view : compute_link_views(window)) {
    if (!view.link->up) continue;
    const auto loss = view.link->carrier ? diagnose_flapping(window, view)
                                         : diagnose_lost(window, with_uplink, view);
    if (loss) findings.push_back(compose_carrier_loss(window, view, *loss));
  }
  return findings;
}

}  // namespace weir::judge
