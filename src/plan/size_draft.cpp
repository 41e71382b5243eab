#include "plan/size_draft.h"

#include <algorithm>
#include <utility>

#include "base/integers.h"
#include "judge/setting.h"
#include "plan/formula/buffers.h"
#include "plan/formula/memory.h"

namespace weir::plan {

namespace {

/// tcp_wmem[1] of every kernel since 2.6.7 (net/ipv4/tcp.c tcp_init()).
constexpr Bytes initial_send_buffer{16384};

SizingLoads compute_loads(const SizingGoal& goal, const SizingHost& host) {
  SizingLoads loads;
  loads.active = saturated_ratio_up(goal.connections, 1000 - goal.idle_permille, 1000);
  loads.idle = goal.connections - loads.active;
  loads.flow = goal.flow.value_or(
      BitsPerSecond{goal.bandwidth.count / std::max<std::int64_t>(loads.active, 1)});
  loads.in_flight = formula::compute_bandwidth_delay_product(
      BitsPerSecond{goal.bandwidth.count / std::max<std::int64_t>(loads.active, 1)},
      goal.round_trip);
  const auto wmem = host_numbers(host, "net.ipv4.tcp_wmem");
  loads.active_buffers = formula::compute_active_buffers(
      loads.in_flight, wmem.size() == 3 ? Bytes{wmem[1]} : initial_send_buffer);
  if (goal.upstreams > 0) {
    loads.outgoing = goal.upstream_connections > 0 ? goal.upstream_connections : loads.active;
    loads.outgoing_rate = goal.upstream_connections > 0
                              ? PerSecond{}
                              : PerSecond{saturated_ratio_up(goal.rate.count, 1, goal.upstreams)};
  }
  return loads;
}

std::int64_t last_number(const std::string& text) {
  const auto words = split_words(text);
  return words.empty() ? 0 : parse_integer(words.back()).value_or(0);
}

/// Shows the value in the largest unit that gives at least 1, with at most three digits after the
/// point.
template <std::size_t N>
std::string scaled(std::int64_t value, const char* const (&units)[N]) {
  std::size_t unit = 0;
  std::int64_t thousandths = 0;  // in thousandths of the unit, 0 to 999
  while (unit + 1 < N && value >= 1000) {
    thousandths = value % 1000;
    value /= 1000;
    ++unit;
  }
  std::string text = std::to_string(value);
  if (thousandths > 0) {
    std::string digits = std::to_string(1000 + thousandths).substr(1);
    while (digits.back() == '0') digits.pop_back();
    text += "." + digits;
  }
  return text + " " + units[unit];
}

}  // namespace

SizingDraft begin_sizing(const SizingGoal& goal, const SizingHost& host) {
  SizingDraft draft;
  draft.goal = goal;
  draft.goal.connections = std::max<std::int64_t>(goal.connections, 0);
  draft.goal.idle_permille = std::clamp<std::int64_t>(goal.idle_permille, 0, 1000);
  draft.goal.workers = std::max<std::int64_t>(goal.workers, 1);
  draft.host = host;
  draft.loads = compute_loads(draft.goal, host);
  return draft;
}

std::vector<std::int64_t> host_numbers(const SizingHost& host, const std::string& name) {
  const auto value = find_sysctl_value(host.sysctls, name);
  const auto numbers = value ? judge::parse_kernel_integers(*value) : std::nullopt;
  return numbers.value_or(std::vector<std::int64_t>{});
}

PerSecond opened_connections(const SizingDraft& draft) {
  const std::int64_t outgoing = saturated_product(draft.loads.outgoing_rate.count,
                                                  std::max<std::int64_t>(draft.goal.upstreams, 0));
  return {saturated_sum(draft.goal.rate.count, outgoing)};
}

void want_setting(SizingDraft& draft, SizingSetting setting) {
  for (auto& one : draft.settings) {
    if (one.name != setting.name || one.kind != setting.kind) continue;
    if (last_number(setting.to) > last_number(one.to)) one = std::move(setting);
    return;
  }
  draft.settings.push_back(std::move(setting));
}

void want_sysctl(SizingDraft& draft, const std::string& name, const std::string& to,
                 const std::string& reason, const std::string& formula, const std::string& risk) {
  const auto present = draft.host.sysctls.find(name);
  const std::string from = present == draft.host.sysctls.end() ? std::string() : present->second;
  if (from != to) want_setting(draft, {StepKind::sysctl, name, from, to, reason, formula, risk});
}

std::string show(Nanoseconds time) {
  static constexpr const char* units[] = {"ns", "us", "ms", "s"};
  return scaled(time.count, units);
}

std::string show(BitsPerSecond rate) {
  static constexpr const char* units[] = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};
  return scaled(rate.count, units);
}

std::string show(std::int64_t count) { return std::to_string(count); }

std::string show(Bytes bytes) { return std::to_string(bytes.count) + " B"; }

}  // namespace weir::plan
