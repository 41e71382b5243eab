#include "judge/rules.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "judge/accept_queue.h"
#include "judge/buffers.h"
#include "judge/buffers_udp.h"
#include "judge/close.h"
#include "judge/close_wait.h"
#include "judge/connect.h"
#include "judge/flow_limits.h"
#include "judge/host_conntrack.h"
#include "judge/host_files.h"
#include "judge/host_softirq.h"
#include "judge/host_throttled.h"
#include "judge/host_tuner.h"
#include "judge/idle.h"
#include "judge/link.h"
#include "judge/mtu_blackhole.h"
#include "judge/neighbour.h"
#include "judge/packet_flood.h"
#include "judge/setting_finding.h"
#include "judge/settings.h"
#include "judge/syn_queue.h"
#include "judge/time_wait.h"
#include "judge/transmission.h"
#include "model/stage.h"

namespace weir::judge {
namespace {

// A separate namespace keeps the subjects' short names inside the table.
namespace table {

using enum Subject;

constexpr std::array of_accept_queues{
    FindingNeeds{ids::accept_queue_app_backlog,
                 {window, counters, listeners, queue_samples, refusals}},
    FindingNeeds{ids::accept_queue_somaxconn,
                 {window, counters, listeners, queue_samples, refusals}},
    FindingNeeds{ids::accept_queue_not_accepting, {window, listeners, queue_samples, refusals}},
    FindingNeeds{ids::accept_queue_near_full, {window, counters, listeners, queue_samples}},
    // If a quota stops the owner, a queue that overflows in bursts becomes a slow application.
    FindingNeeds{ids::accept_queue_slow_application,
                 {window, counters, listeners, owners, processes, queue_samples, refusals}},
    FindingNeeds{ids::accept_queue_overflowed_before, {counters, listeners, refusals}}};

constexpr std::array of_syn_queues{
    FindingNeeds{ids::syn_queue_flood,
                 {window, counters, listeners, states, half_open_samples, half_open_ages}},
    // The accept queue is needed because a full one distinguishes an overflow from a flood.
    FindingNeeds{ids::syn_queue_overflow,
                 {window, counters, listeners, states, half_open_samples, queue_samples}},
    FindingNeeds{ids::syn_queue_reserve_drops, {window, counters, half_open_samples}}};

constexpr std::array of_close{
    // The owner of the sockets shows which sockets belong together, and whether they fill the
    // process's files.
    FindingNeeds{ids::close_close_wait_leak,
                 {window, states, state_ends, connection_owners, processes}},
    FindingNeeds{ids::close_fin_wait_2_pileup, {window, states, state_ends}},
    FindingNeeds{ids::close_orphan_limit, {window, counters}}};

constexpr std::array of_time_wait{FindingNeeds{ids::time_wait_overflow, {window, counters}}};

constexpr std::array of_connect{
    FindingNeeds{ids::connect_ports_exhausted, {outgoing}},
    // Attempts that the program gives up early are found by their growth, compared with other users
    // of local ports.
    FindingNeeds{ids::connect_timeouts, {window, counters, states, state_ends, outgoing}}};

constexpr std::array of_files{
    FindingNeeds{ids::host_file_limit, {window, listeners, owners, processes, owner_looks}}};

constexpr std::array of_links{
    FindingNeeds{ids::link_carrier_lost, {window, links, addresses, routes}},
    FindingNeeds{ids::link_duplex_half, {links, drivers, link_modes}},
    FindingNeeds{ids::link_speed_reduced, {links, drivers, link_modes, link_speeds}},
    FindingNeeds{ids::link_saturated, {window, links, drivers, link_speeds, qdiscs}},
    FindingNeeds{ids::link_rx_drops, {window, links, drivers, driver_counters}},
    FindingNeeds{ids::link_errors, {window, links}},
    FindingNeeds{ids::link_cloud_allowance, {window, links, drivers, driver_counters}}};

constexpr std::array of_neighbours{
    FindingNeeds{ids::neighbour_table_full, {window, neighbours, neighbour_tables}}};

constexpr std::array of_conntrack{FindingNeeds{ids::host_conntrack_full, {window}}};

constexpr std::array of_softirq{FindingNeeds{ids::host_softirq_drops, {window}},
                                FindingNeeds{ids::host_softirq_squeezed, {window}},
                                FindingNeeds{ids::host_softirq_one_cpu, {window, links}}};

constexpr std::array of_throttling{
    FindingNeeds{ids::host_cpu_throttled, {window, listeners, owners, processes}}};

constexpr std::array of_tuners{FindingNeeds{ids::host_other_tuner, {tuners}}};

constexpr std::array of_buffers{FindingNeeds{ids::buffers_tcp_memory_pressure, {window, counters}},
                                FindingNeeds{ids::buffers_receive_collapse, {window, counters}}};

constexpr std::array of_udp{FindingNeeds{ids::buffers_udp_receive_drops, {window, counters}}};

constexpr std::array of_flow_limits{FindingNeeds{ids::buffers_receive_limited, {window, flows}},
                                    FindingNeeds{ids::buffers_send_limited, {window, flows}},
                                    FindingNeeds{ids::buffers_peer_window, {window, flows}}};

// Lost segments are compared with those that did not go over loopback. Handshakes count only if no
// request waits.
constexpr std::array of_loss{
    FindingNeeds{ids::transmission_loss, {window, counters, links, states, half_open_ages}}};

constexpr std::array of_mtu{FindingNeeds{ids::transmission_mtu_blackhole, {flows}}};

constexpr std::array of_packet_floods{FindingNeeds{ids::transmission_flood, {window, counters}}};

constexpr std::array of_idle{
    FindingNeeds{ids::idle_slow_hold, {flows, listeners, owners, processes}},
    FindingNeeds{ids::idle_dead_peers, {flows}}};

constexpr std::array of_settings{
    FindingNeeds{ids::host_setting_removed, {configuration}},
    FindingNeeds{ids::host_setting_inert, {configuration, settings}},
    FindingNeeds{ids::host_setting_lowers_default, {configuration, settings}},
    FindingNeeds{ids::host_setting_overridden, {configuration, settings}},
    FindingNeeds{ids::host_setting_harmful, {configuration, settings}},
    FindingNeeds{ids::host_setting_conditional, {configuration, settings}},
    FindingNeeds{ids::host_setting_malformed, {configuration}},
    FindingNeeds{ids::host_setting_unknown, {configuration}}};

constexpr std::array rows{Rule{of_accept_queues, judge_accept_queues},
                          Rule{of_syn_queues, judge_syn_queues},
                          Rule{of_close, judge_close},
                          Rule{of_time_wait, judge_time_wait},
                          Rule{of_connect, judge_connect},
                          Rule{of_files, judge_files},
                          Rule{of_links, judge_links},
                          Rule{of_neighbours, judge_neighbours},
                          Rule{of_conntrack, judge_conntrack},
                          Rule{of_softirq, judge_softirq},
                          Rule{of_throttling, judge_throttling_of_servers},
                          Rule{of_tuners, judge_other_tuners},
                          Rule{of_buffers, judge_buffers},
                          Rule{of_udp, judge_udp},
                          Rule{of_flow_limits, judge_flow_limits},
                          Rule{of_loss, judge_loss},
                          Rule{of_mtu, judge_mtu_blackhole},
                          Rule{of_packet_floods, judge_packet_floods},
                          Rule{of_idle, judge_idle},
                          Rule{of_settings, judge_settings}};

}  // namespace table

Stage stage_of(std::string_view id) {
  return parse_stage(id.substr(0, id.find('.'))).value_or(Stage::host);
}

}  // namespace

std::span<const Rule> all_rules() { return table::rows; }

std::vector<std::string> list_hidden(Subject subject) {
  std::vector<std::string> ids;
  for (const Rule& rule : table::rows) {
    for (const FindingNeeds& finding : rule.findings) {
      if (finding.needs.has(subject)) ids.emplace_back(finding.id);
    }
  }
  std::stable_sort(ids.begin(), ids.end(), [](const std::string& a, const std::string& b) {
    return stage_of(a) < stage_of(b);
  });
  return ids;
}

std::vector<NotSeen> list_gaps(const Case& given) {
  std::vector<NotSeen> all;
  for (auto* list_some : {list_unseen_overflows, list_unseen_links, list_unseen_neighbours,
                          list_unsure_requests, list_unseen_flows}) {
    auto some = list_some(given);
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace weir::judge
