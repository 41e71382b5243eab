#include "judge/link.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "judge/link_view.h"
#include "judge/words.h"

namespace weir::judge {
namespace {

/// At this ratio the link is at least one generation of Ethernet slower (100 instead of 1000, 2500
/// instead of 10000). The reason is a cable or a port, not a port of 2.5 Gbit/s beside one of 5.
/// weir's own threshold.
constexpr double warning_ratio = 0.25;

std::string mbit_text(std::int64_t mbit) { return std::to_string(mbit) + " Mbit/s"; }

void add_mode_evidence(const Link& link, Finding& finding) {
  const LinkModes& modes = *link.modes;
  if (link.speed_mbit)
    finding.evidence.push_back(
        stands_at("ethtool", "speed of " + link.name, mbit_text(*link.speed_mbit)));
  if (!modes.duplex.empty())
    finding.evidence.push_back(stands_at("ethtool", "duplex of " + link.name, modes.duplex));
  finding.evidence.push_back(stands_at("ethtool", "autonegotiation of " + link.name,
                                       modes.autonegotiation ? "on" : "off"));
  if (modes.supported_mbit)
    finding.evidence.push_back(
        stands_at("ethtool", "fastest supported mode", mbit_text(*modes.supported_mbit)));
  if (modes.advertised_mbit)
    finding.evidence.push_back(
        stands_at("ethtool", "fastest advertised mode", mbit_text(*modes.advertised_mbit)));
  finding.evidence.push_back(
      stands_at("ethtool", "fastest mode of the other end",
                modes.peer_mbit ? mbit_text(*modes.peer_mbit) : "not reported"));
}

std::optional<Finding> judge_duplex(const Window& window, const LinkView& view) {
  const LinkModes& modes = *view.link->modes;
  // If the other end reports half duplex only (a hub), full duplex is not possible. An end that
  // reports nothing has a fixed setting, usually full duplex.
  if (modes.duplex != "half" || !modes.supports_full || !modes.peer_full.value_or(true))
    return std::nullopt;
  Finding finding = make_finding(ids::link_duplex_half, modes.peer_full ? "" : "silent",
                                 Severity::warning, {{"interface", view.link->name}});
  finding.resource = interface_resource(window, *view.link);
  add_mode_evidence(*view.link, finding);
  for (const char* counter :
       {"collisions", "tx_window_errors", "tx_aborted_errors", "rx_crc_errors"}) {
    const auto delta = statistic_delta(window, view, counter);
    if (delta.value_or(0) > 0)
      finding.evidence.push_back(
          moved("rtnetlink", std::string(counter) + " of " + view.link->name, *delta, window));
  }
  return finding;
}

std::optional<Finding> judge_speed(const Window& window, const LinkView& view) {
  const LinkModes& modes = *view.link->modes;
  if (!view.link->speed_mbit || *view.link->speed_mbit <= 0 || !modes.supported_mbit ||
      !modes.peer_mbit)
    return std::nullopt;
  const std::int64_t best = std::min(*modes.supported_mbit, *modes.peer_mbit);
  if (*view.link->speed_mbit >= best) return std::nullopt;
  // If this end does not offer a mode, an administrator or a tool disabled it. Another cable does
  // not bring the mode back.
  const bool is_restricted =
      !modes.autonegotiation ||
      (modes.advertised_mbit && *modes.advertised_mbit <= *view.link->speed_mbit);
  const bool is_slow =
      static_cast<double>(*view.link->speed_mbit) <= warning_ratio * static_cast<double>(best);
  Finding finding = make_finding(ids::link_speed_reduced, is_restricted ? "restricted" : "",
                                 is_slow ? Severity::warning : Severity::notice,
                                 {{"interface", view.link->name},
                                  {"speed", std::to_string(*view.link->speed_mbit)},
                                  {"best_speed", std::to_string(best)}});
  finding.resource = interface_resource(window, *view.link);
  add_mode_evidence(*view.link, finding);
  return finding;
}

}  // namespace

std::vector<Finding> judge_link_modes(const Window& window) {
  std::vector<Finding> findings;
  for (const auto& view : compute_link_views(window)) {
    if (!is_hardware(*view.link) || !view.link->up || !view.link->carrier || !view.link->modes)
      continue;
    for (auto judge_mode : {judge_duplex, judge_speed}) {
      auto finding = judge_mode(window, view);
      if (finding) findings.push_back(*std::move(finding));
    }
  }
  return findings;
}

std::vector<Finding> judge_links(const Case& given) {
  std::vector<Finding> findings;
  for (auto judge_family : {judge_carriers, judge_link_modes, judge_link_load, judge_link_losses}) {
    auto more = judge_family(given.window);
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  }
  return findings;
}

std::vector<NotSeen> list_unseen_links(const Case& given) {
  std::string names;
  for (const auto& view : compute_link_views(given.window)) {
    if (!is_hardware(*view.link) || !view.link->up || !view.link->carrier ||
        link_capacity(*view.link))
      continue;
    names += (names.empty() ? "" : ", ") + view.link->name;
  }
  if (names.empty()) return {};
  return {{Subject::link_speeds, "the speed of " + names,
           "the driver does not report it; drivers of virtual cards seldom do"}};
}

}  // namespace weir::judge
