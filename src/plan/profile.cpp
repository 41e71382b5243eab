#include "plan/profile.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/number_text.h"
#include "model/port_reuse.h"
#include "plan/buffer_size.h"
#include "plan/formula/buffers.h"

namespace weir::plan {
namespace {

constexpr std::array<std::pair<Profile, std::string_view>, 4> profile_ids{
    {{Profile::web, "web"},
     {Profile::proxy, "proxy"},
     {Profile::bulk, "bulk"},
     {Profile::latency, "latency"}}};

/// A long Internet path, assumed if the host has no connection to measure yet. weir's own number.
constexpr Nanoseconds assumed_round_trip = milliseconds(100);

/// The user's choice takes the place of a finding.
Finding make_profile_goal(Profile profile) {
  Finding finding;
  finding.id = "profile." + std::string(profile_id(profile));
  finding.resource.kind = "host";
  finding.resource.name = "the profile " + std::string(profile_id(profile));
  return finding;
}

void add_evidence(Finding& goal, const Settings& settings, const std::string& name) {
  const auto value = find_sysctl_value(settings.sysctls, name);
  if (value && !value->empty()) goal.evidence.push_back({"sysctl", name, {}, {}, {}, {}, *value});
}

/// Connections that rest between answers start again at ten segments, although the path has not
/// changed.
void keep_window_after_idle(const Situation& situation, Finding goal, Proposal& proposal) {
  const auto algorithm =
      find_sysctl_value(situation.now().settings.sysctls, "net.ipv4.tcp_congestion_control");
  // BBR paces by itself and does not read the setting.
  if (formula::congestion_of(algorithm.value_or("")) == formula::Congestion::bbr) return;
  add_evidence(goal, situation.now().settings, "net.ipv4.tcp_congestion_control");
  propose(
      situation, goal,
      {"net.ipv4.tcp_slow_start_after_idle", "0",
       "a kept connection that was idle for longer than its retransmission time-out starts again at ten segments",
       "0: the congestion window stays as it was",
       "after a long idle time the first burst is as large as the path carried before"},
      proposal);
}

/// Data that was written and not sent yet then waits in the program and not in the kernel. So the
/// program can still choose what to send first.
void bound_unsent(const Situation& situation, const Finding& goal, Proposal& proposal) {
  constexpr std::int64_t bytes = 131072;
  propose(
      situation, goal,
      {"net.ipv4.tcp_notsent_lowat", std::to_string(bytes),
       "the kernel accepts megabytes that it cannot send yet, and urgent data waits behind them",
       "131072 bytes: two GSO segments beyond the sent data, so that the path stays full",
       "the kernel wakes programs that write to slow clients more often"},
      proposal);
}

void prepare_for_upstreams(const Situation& situation, const Finding& goal, Proposal& proposal) {
  propose_port_range(situation, goal, proposal);
  if (find_setting(situation.now().settings, "net.ipv4.tcp_timestamps").value_or(1) == 0) return;
  propose(
      situation, goal,
      {"net.ipv4.tcp_tw_reuse",
       "1",
       "this host opens connections to the same upstream again and again, and each leaves a port in TIME_WAIT",
       describe_port_reuse(situation.catalog, find_reuse_delay(situation.now().settings.sysctls)),
       {}},
      proposal);
}

/// The longest round trip of the sampled connections.
Nanoseconds find_round_trip(const Situation& situation) {
  Nanoseconds longest{0};
  for (const auto& flow : situation.window.recording().flows)
    longest = std::max(longest, flow.last.min_rtt);
  return longest;
}

void grow_buffers(const Situation& situation, Finding goal, Proposal& proposal) {
  const Nanoseconds measured = find_round_trip(situation);
  const Nanoseconds round_trip = std::max(measured, assumed_round_trip);
  const std::string how = measured >= assumed_round_trip ? "the longest of the sampled connections"
                                                         : "assumed for a long Internet path";
  goal.evidence.push_back({"sock_diag",
                           "round trip",
                           {},
                           {},
                           {},
                           {},
                           decimal(to_seconds(round_trip) * 1000) + " ms, " + how});
  for (const bool receives : {true, false}) {
    const BufferSize size = size_buffer(situation, {0, round_trip}, receives);
    raise_buffer(situation, goal, receives, size,
                 "over a long path, the size of the buffer limits the speed of a transfer",
                 proposal);
  }
}

}  // namespace

std::string_view profile_id(Profile profile) {
  return std::find_if(profile_ids.begin(), profile_ids.end(),
                      [profile](const auto& one) { return one.first == profile; })
      ->second;
}

std::optional<Profile> parse_profile(std::string_view id) {
  const auto found = std::find_if(profile_ids.begin(), profile_ids.end(),
                                  [id](const auto& one) { return one.second == id; });
  return found == profile_ids.end() ? std::nullopt : std::optional(found->first);
}

void propose_profile(const Situation& situation, Profile profile, Proposal& proposal) {
  const Finding goal = make_profile_goal(profile);
  switch (profile) {
    case Profile::web:
      keep_window_after_idle(situation, goal, proposal);
      bound_unsent(situation, goal, proposal);
      return;
    case Profile::proxy:
      keep_window_after_idle(situation, goal, proposal);
      prepare_for_upstreams(situation, goal, proposal);
      return;
    case Profile::bulk:
      grow_buffers(situation, goal, proposal);
      keep_window_after_idle(situation, goal, proposal);
      return;
    case Profile::latency:
      bound_unsent(situation, goal, proposal);
      keep_window_after_idle(situation, goal, proposal);
      return;
  }
}

}  // namespace weir::plan
