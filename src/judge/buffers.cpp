#include "judge/buffers.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "judge/headroom.h"
#include "judge/look_back.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

constexpr const char* pressures_counter = "TcpExt.TCPMemoryPressures";
constexpr const char* aborts_counter = "TcpExt.TCPAbortOnMemory";

/// Dropped segments a second, and their share of the received segments. Above these, more is lost
/// than a few segments of a slow reader: weir's own thresholds.
constexpr double dropped_warning = 1;
constexpr double dropped_critical = 10;
constexpr double dropped_share_critical = 0.001;
/// Any host with small segments collapses a queue now and then. Once a second it costs something.
constexpr double collapsed_notice = 1;
/// A reader that leaves a receive queue this full does not read in time.
constexpr std::int64_t standing_queue_divisor = 2;

Resource host_resource(const Window& window, const char* name) {
  Resource resource;
  resource.kind = "host";
  resource.name = name;
  resource.netns = window.end().provenance.place.netns;
  return resource;
}

void add_moved(const Window& window, const char* name, Finding& finding) {
  const auto delta = counter_delta(window, name);
  if (!delta || *delta == 0) return;
  Evidence evidence = moved("netstat", name, *delta, window);
  evidence.total = find_number(window.end().counters.snmp, name);
  evidence.since = counters_since(window.end());
  finding.evidence.push_back(std::move(evidence));
}

/// Segments that were thrown away. RcvPruned and the drops that follow it count the same segment
/// (tcp_try_rmem_schedule(), tcp_data_queue(), net/ipv4/tcp_input.c), so only the larger number is
/// used.
std::optional<std::int64_t> count_dropped(const Window& window) {
  const auto pruned = counter_delta(window, "TcpExt.RcvPruned");
  const auto dropped = sum_deltas(window, {"TcpExt.TCPRcvQDrop", "TcpExt.TCPOFODrop"});
  if (!pruned || !dropped) return pruned ? pruned : dropped;
  return std::max(*pruned, *dropped);
}

struct Memory {
  std::optional<std::int64_t> pages, low, pressure, high;
  std::int64_t entered = 0;  ///< how often pressure began inside the window
  std::int64_t aborted = 0;
  double dropped_per_second = 0;
  [[nodiscard]] bool reaches(const std::optional<std::int64_t>& threshold) const {
    return pages && threshold && *threshold > 0 && *pages >= *threshold;
  }
  [[nodiscard]] bool is_hidden() const { return !pages || !pressure; }
};

Memory measure_memory(const Window& window) {
  Memory memory;
  memory.pages = find_number(window.end().counters.sockstat, "TCP.mem");
  memory.low = find_setting(window.end().settings, "net.ipv4.tcp_mem", 0);
  memory.pressure = find_setting(window.end().settings, "net.ipv4.tcp_mem", 1);
  memory.high = find_setting(window.end().settings, "net.ipv4.tcp_mem", 2);
  // The second counter holds the milliseconds of a pressure that ended inside the window
  // (tcp_leave_memory_pressure(), net/ipv4/tcp.c).
  memory.entered =
      sum_deltas(window, {pressures_counter, "TcpExt.TCPMemoryPressuresChrono"}).value_or(0);
  memory.aborted = counter_delta(window, aborts_counter).value_or(0);
  memory.dropped_per_second = per_second(window, count_dropped(window)).value_or(0);
  return memory;
}

struct MemoryVerdict {
  Severity severity = Severity::notice;
  const char* variant = "";
};

/// Aborts alone may come from too many orphans. A pressure that began before the window shows only
/// in its total.
std::optional<MemoryVerdict> judge_level(const Window& window, const Memory& memory) {
  const bool was_entered = memory.entered > 0;
  const bool still_hidden =
      memory.is_hidden() && memory.aborted > 0 &&
      find_number(window.end().counters.snmp, pressures_counter).value_or(0) > 0;
  const char* variant = memory.is_hidden() ? "hidden" : "";
  if (memory.reaches(memory.high)) return MemoryVerdict{Severity::critical, variant};
  if (memory.reaches(memory.pressure) || was_entered || still_hidden) {
    const bool loses = memory.aborted > 0 || memory.dropped_per_second >= dropped_warning;
    return MemoryVerdict{loses ? Severity::critical : Severity::warning, variant};
  }
  if (memory.reaches(memory.low)) return MemoryVerdict{Severity::notice, "low"};
  return std::nullopt;
}

std::string pages_text(const std::optional<std::int64_t>& pages) {
  return pages ? std::to_string(*pages) : "a number that is not readable here";
}

std::optional<Finding> judge_memory(const Window& window) {
  const Memory memory = measure_memory(window);
  const auto verdict = judge_level(window, memory);
  if (!verdict) {
    auto before = look_back(window, ids::buffers_tcp_memory_pressure,
                            {loss_counter(window, pressures_counter)});
    if (before) before->resource = host_resource(window, "TCP memory");
    return before;
  }
  Finding finding =
      make_finding(ids::buffers_tcp_memory_pressure, verdict->variant, verdict->severity,
                   {{"pages", pages_text(memory.pages)},
                    {"low", pages_text(memory.low)},
                    {"pressure", pages_text(memory.pressure)},
                    {"high", pages_text(memory.high)}});
  finding.resource = host_resource(window, "TCP memory");
  if (memory.pages)
    finding.evidence.push_back(
        stands_at("sockstat", "TCP mem", std::to_string(*memory.pages) + " pages"));
  const auto setting = window.end().settings.sysctls.find("net.ipv4.tcp_mem");
  if (setting != window.end().settings.sysctls.end())
    finding.evidence.push_back(stands_at("sysctl", "net.ipv4.tcp_mem", setting->second));
  for (const char* name : {pressures_counter, "TcpExt.TCPMemoryPressuresChrono", aborts_counter,
                           "TcpExt.RcvPruned", "TcpExt.TCPRcvQDrop"}) {
    add_moved(window, name, finding);
  }
  finding.lost_per_second =
      per_second(window, memory.aborted).value_or(0) + memory.dropped_per_second;
  return finding;
}

/// The connection with the most unread data, if its reader does not read it in time.
const Flow* find_unread(const std::vector<FlowView>& flows) {
  const Flow* worst = nullptr;
  for (const auto& view : flows) {
    const FlowState& state = view.flow->last;
    const bool stands = state.rcvbuf.count > 0 &&
                        state.rmem_alloc.count >= state.rcvbuf.count / standing_queue_divisor;
    if (stands && (worst == nullptr || state.receive_queue > worst->last.receive_queue))
      worst = view.flow;
  }
  return worst;
}

std::optional<Severity> judge_segment_drops(const Window& window, double dropped,
                                            double collapsed) {
  if (dropped >= dropped_warning) {
    const auto received = per_second(window, counter_delta(window, "Tcp.InSegs"));
    const bool is_share =
        !received || *received <= 0 || dropped >= dropped_share_critical * *received;
    return dropped >= dropped_critical && is_share ? Severity::critical : Severity::warning;
  }
  if (collapsed >= collapsed_notice) return Severity::notice;
  return std::nullopt;
}

std::optional<Finding> judge_collapse(const Window& window, const std::vector<FlowView>& flows) {
  const double dropped = per_second(window, count_dropped(window)).value_or(0);
  const double collapsed =
      per_second(window, counter_delta(window, "TcpExt.PruneCalled")).value_or(0);
  const auto severity = judge_segment_drops(window, dropped, collapsed);
  if (!severity) return std::nullopt;
  const Flow* unread = find_unread(flows);
  const std::string command = unread == nullptr ? std::string() : flow_command(window, *unread);
  Finding finding = make_finding(ids::buffers_receive_collapse,
                                 *severity == Severity::notice ? "collapsed" : "", *severity,
                                 {{"dropped_per_second", decimal(dropped)},
                                  {"collapsed_per_second", decimal(collapsed)},
                                  {"process", command.empty() ? "the program" : command}});
  finding.resource =
      unread == nullptr ? host_resource(window, "receive queues") : flow_resource(window, *unread);
  finding.lost_per_second = dropped;
  for (const char* name : {"TcpExt.RcvPruned", "TcpExt.TCPRcvQDrop", "TcpExt.TCPOFODrop",
                           "TcpExt.PruneCalled", "TcpExt.OfoPruned", "TcpExt.TCPRcvCollapsed"}) {
    add_moved(window, name, finding);
  }
  if (unread != nullptr) {
    finding.evidence.push_back(
        stands_at("sock_diag", "receive queue of " + flow_name(*unread),
                  std::to_string(unread->last.receive_queue.count) + " bytes"));
    finding.evidence.push_back(stands_at("sock_diag", "SK_MEMINFO_RMEM_ALLOC of SK_MEMINFO_RCVBUF",
                                         std::to_string(unread->last.rmem_alloc.count) + " of " +
                                             std::to_string(unread->last.rcvbuf.count) + " bytes"));
  }
  return finding;
}

}  // namespace

std::vector<Finding> judge_buffers(const Case& given) {
  std::vector<Finding> findings;
  auto memory = judge_memory(given.window);
  if (memory) findings.push_back(*std::move(memory));
  auto collapse = judge_collapse(given.window, given.flows);
  if (collapse) findings.push_back(*std::move(collapse));
  return findings;
}

}  // namespace weir::judge
