#include "app/goal_options.h"

#include <optional>
#include <string_view>

#include "base/amount.h"
#include "base/text.h"

namespace weir::app {
namespace {

/// More than any machine has by a factor of a thousand, and far from the end of the integers.
constexpr std::int64_t most_connections = 10'000'000'000;
constexpr std::int64_t most_rate = 1'000'000'000;
constexpr std::int64_t most_bandwidth = 1'000'000'000'000'000;
constexpr Nanoseconds longest_round_trip = seconds(60);
constexpr std::int64_t most_upstreams = 1'000'000;
constexpr std::int64_t most_workers = 65'536;
constexpr std::int64_t most_application = std::int64_t{1} << 40;

std::string refusal(std::string_view what, const std::string& text) {
  return std::string(what) + ", not \"" + escape_bytes(text) + "\"";
}

/// The number, where it lies between the ends; else the sentence.
std::string take_number(std::optional<std::int64_t> number, std::int64_t least, std::int64_t most,
                        std::string_view what, const std::string& text, std::int64_t& target) {
  if (!number || *number < least || *number > most) return refusal(what, text);
  target = *number;
  return {};
}

std::string take_connections(const std::string& text, SizingGoal& goal) {
  return take_number(parse_count(text), 1, most_connections,
                     "--connections takes a number such as 1000000, 1M or 50k, up to 10G", text,
                     goal.connections);
}

std::string take_rate(const std::string& text, SizingGoal& goal) {
  return take_number(parse_per_second(text), 1, most_rate,
                     "--rate takes new connections a second such as 50000/s or 50k/s, up to 1G/s",
                     text, goal.rate.count);
}

std::string take_round_trip(const std::string& text, SizingGoal& goal) {
  return take_number(parse_duration_ns(text), 1000, longest_round_trip.count,
                     "--rtt takes a time such as 50ms or 100us, from 1us to 60s", text,
                     goal.round_trip.count);
}

std::string take_bandwidth(const std::string& text, SizingGoal& goal) {
  return take_number(
      parse_bits_per_second(text), 1000, most_bandwidth,
      "--bandwidth takes a rate such as 10Gbit/s or 400Mbit/s, from 1kbit/s to 1000Tbit/s", text,
      goal.bandwidth.count);
}

std::string take_idle(const std::string& text, SizingGoal& goal) {
  return take_number(parse_permille(text), 0, 1000,
                     "--idle takes a share such as 95% or 99.9%, from 0% to 100%", text,
                     goal.idle_permille);
}

std::string take_flow(const std::string& text, SizingGoal& goal) {
  BitsPerSecond flow;
  auto wrong = take_number(parse_bits_per_second(text), 1000, most_bandwidth,
                           "--flow takes a rate such as 1Gbit/s, from 1kbit/s to 1000Tbit/s", text,
                           flow.count);
  if (wrong.empty()) goal.flow = flow;
  return wrong;
}

std::string take_upstreams(const std::string& text, SizingGoal& goal) {
  return take_number(parse_count(text), 1, most_upstreams,
                     "--upstream takes a number of destinations from 1 to 1M", text,
                     goal.upstreams);
}

std::string take_upstream_connections(const std::string& text, SizingGoal& goal) {
  return take_number(parse_count(text), 1, most_connections,
                     "--keepalive-upstream takes a number of connections such as 2000, up to 10G",
                     text, goal.upstream_connections);
}

std::string take_workers(const std::string& text, SizingGoal& goal) {
  return take_number(parse_count(text), 1, most_workers,
                     "--workers takes a number of processes from 1 to 65536", text, goal.workers);
}

std::string take_application(const std::string& text, SizingGoal& goal) {
  return take_number(parse_bytes(text), 0, most_application,
                     "--app-memory takes a size such as 20KiB, up to 1TiB", text,
                     goal.application.count);
}

std::string take_pause(const std::string& text, SizingGoal& goal) {
  return take_number(parse_duration_ns(text), 1000, longest_round_trip.count,
                     "--pause takes a time such as 100ms, from 1us to 60s", text, goal.pause.count);
}

}  // namespace

const std::vector<GoalOption>& goal_options() {
  static const std::vector<GoalOption> options{
      {"--connections", "N", "open at the same time, idle ones included: 1000000, 1M, 50k", true,
       take_connections},
      {"--rate", "N/s", "new connections a second: 50000/s, 50k/s", true, take_rate},
      {"--rtt", "TIME", "round trip to the clients: 50ms, 100us", true, take_round_trip},
      {"--bandwidth", "RATE", "of payload, all connections together: 10Gbit/s, 400Mbit/s", true,
       take_bandwidth},
      {"--idle", "SHARE", "connections that transfer nothing at the moment (default 95%)", false,
       take_idle},
      {"--flow", "RATE",
       "what one connection alone is to reach (default: its share of the bandwidth)", false,
       take_flow},
      {"--upstream", "N",
       "each connection is passed on to one of N destinations (address and port), as a proxy does",
       false, take_upstreams},
      {"--keepalive-upstream", "N",
       "connections kept open to all upstreams together; without it each is closed after use",
       false, take_upstream_connections},
      {"--workers", "N", "processes that share the connections (default 1)", false, take_workers},
      {"--app-memory", "SIZE", "what the application keeps in memory for each connection: 20KiB",
       false, take_application},
      {"--pause", "TIME",
       "the longest time for which the application does not accept (default 100ms)", false,
       take_pause}};
  return options;
}

}  // namespace weir::app
