#include "judge/time_wait.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "judge/look_back.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

constexpr const char* time_wait_overflow_counter = "TcpExt.TCPTimeWaitOverflow";
/// From one connection a second on, the overflow is not an accident of the moment: weir's own
/// threshold.
constexpr double overflow_per_second = 1;
/// Some more seconds of the same load need the remaining tenth: weir's own threshold.
constexpr double near_max_tw_buckets_share = 0.9;

/// The listener that has most of the connections in TIME_WAIT, if they were counted.
std::optional<Evidence> find_largest(const Window& window) {
  const Listener* largest = nullptr;
  std::int64_t most = 0;
  for (const auto& listener : window.end().sockets.listeners) {
    const auto count = find_number(listener.connections, "TIME_WAIT").value_or(0);
    if (count <= most) continue;
    largest = &listener;
    most = count;
  }
  if (largest == nullptr) return std::nullopt;
  return stands_at("sock_diag", "TIME_WAIT of " + listener_name(*largest), std::to_string(most));
}

struct Table {
  std::optional<std::int64_t> used;
  std::optional<std::int64_t> limit;
};

Finding compose_time_waits(const Window& window, const Table& table, std::int64_t overflows,
                           Severity severity) {
  const double rate = per_second(window, overflows).value_or(0);
  Finding finding = make_finding(
      ids::time_wait_overflow, overflows > 0 ? "" : "near", severity,
      {{"time_waits", table.used ? std::to_string(*table.used) : "an unknown number"},
       {"max_tw_buckets", table.limit ? std::to_string(*table.limit) : "an unknown number"},
       {"overflows_per_second", decimal(rate, rate < 10 ? 1 : 0)}});
  finding.resource = table_resource(window, "TIME_WAIT");
  finding.lost_per_second = rate;
  add_counters(window, finding, {time_wait_overflow_counter});
  if (table.used)
    finding.evidence.push_back(stands_at("sockstat", "TCP.tw", std::to_string(*table.used)));
  if (table.limit)
    finding.evidence.push_back(
        stands_at("sysctl", "net.ipv4.tcp_max_tw_buckets", std::to_string(*table.limit)));
  auto largest = find_largest(window);
  if (largest) finding.evidence.push_back(*std::move(largest));
  return finding;
}

}  // namespace

std::vector<Finding> judge_time_wait(const Case& given) {
  std::vector<Finding> findings;
  const Table table{find_number(given.window.end().counters.sockstat, "TCP.tw"),
                    find_setting(given.window.end().settings, "net.ipv4.tcp_max_tw_buckets")};
  const auto overflows = counter_delta(given.window, time_wait_overflow_counter).value_or(0);
  const bool near = table.used && table.limit && *table.limit > 0 &&
                    static_cast<double>(*table.used) >=
                        near_max_tw_buckets_share * static_cast<double>(*table.limit);
  if (overflows > 0 || near) {
    const bool at_rate = per_second(given.window, overflows).value_or(0) >= overflow_per_second;
    findings.push_back(compose_time_waits(given.window, table, overflows,
                                          at_rate ? Severity::critical : Severity::warning));
    return findings;
  }
  auto before = look_back(given.window, ids::time_wait_overflow,
                          {loss_counter(given.window, time_wait_overflow_counter)});
  if (before) findings.push_back(*std::move(before));
  return findings;
}

}  // namespace weir::judge
