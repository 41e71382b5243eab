#include <algorithm>
#include <optional>
#include <string>

#include "base/integers.h"
#include "base/text.h"
#include "judge/window.h"
#include "plan/buffer_size.h"
#include "plan/formula/memory.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

const Flow* find_flow(const Situation& situation, const Resource& resource) {
  if (!resource.cookie || !resource.inode) return nullptr;
  return situation.window.index().samples.flows.find({*resource.cookie, *resource.inode});
}

BufferDemand measure_buffer_demand(const Situation& situation, const Flow& flow, bool receives) {
  BufferDemand demand;
  demand.rtt = receives ? flow.last.rcv_rtt : flow.last.rtt;
  if (!flow.first) return demand;
  const auto moved =
      receives ? judge::difference(flow.first->bytes_received.count, flow.last.bytes_received.count)
               : judge::difference(flow.first->bytes_acked.count, flow.last.bytes_acked.count);
  demand.bytes_per_second = judge::per_second(situation.window, moved).value_or(0);
  return demand;
}

/// Raises the third integer for the connection of the finding that needs the largest buffer.
void raise_maximum(const Situation& situation, const Finding& finding, bool receives,
                   Proposal& proposal) {
  std::optional<BufferSize> largest;
  const auto consider = [&](const Resource& resource) {
    const Flow* flow = find_flow(situation, resource);
    if (flow == nullptr) return;
    const BufferSize size =
        size_buffer(situation, measure_buffer_demand(situation, *flow, receives), receives);
    if (!largest || size.bytes > largest->bytes) largest = size;
  };
  consider(finding.resource);
  for (const auto& resource : finding.also) consider(resource);
  if (!largest && !situation.has_window()) {
    decline_without_window(finding, "the rate and the round trip of a connection", proposal);
    return;
  }
  if (!largest) {
    decline(situation, finding, "the connection is not in the sample", proposal);
    return;
  }
  raise_buffer(
      situation, finding, receives, *largest,
      receives
          ? "the sender waits: at this round trip it fills the largest window that the buffer allows"
          : "the program waits: at this round trip the data in flight fills the whole buffer",
      proposal);
}

/// Autotuning ends at the maximum. If a buffer's limit differs from the maximum, the program set
/// it.
bool is_fixed(std::int64_t buffer, std::optional<std::int64_t> maximum) {
  constexpr double at_maximum = 0.95;
  return maximum && (buffer > *maximum ||
                     static_cast<double>(buffer) < at_maximum * static_cast<double>(*maximum));
}

}  // namespace

void cure_receive_limit(const Situation& situation, const Finding& finding, Proposal& proposal) {
  if (find_setting(situation.now().settings, "net.ipv4.tcp_moderate_rcvbuf") == 0) {
    propose(
        situation, finding,
        {"net.ipv4.tcp_moderate_rcvbuf",
         "1",
         "without autotuning every connection keeps the buffer that it began with",
         "1: the kernel grows the buffer with the rate at which the program reads, up to the maximum of tcp_rmem",
         {}},
        proposal);
    return;
  }
  const Flow* flow = find_flow(situation, finding.resource);
  if (flow != nullptr && is_fixed(flow->last.rcvbuf.count,
                                  find_setting(situation.now().settings, "net.ipv4.tcp_rmem", 2))) {
    decline(situation, finding,
            "the program fixed its buffer with SO_RCVBUF, which switches autotuning off", proposal);
    return;
  }
  raise_maximum(situation, finding, true, proposal);
}

void cure_send_limit(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const Flow* flow = find_flow(situation, finding.resource);
  if (flow != nullptr && is_fixed(flow->last.sndbuf.count,
                                  find_setting(situation.now().settings, "net.ipv4.tcp_wmem", 2))) {
    decline(situation, finding,
            "the program fixed its buffer with SO_SNDBUF, which switches autotuning off", proposal);
    return;
  }
  raise_maximum(situation, finding, false, proposal);
}

void cure_tcp_memory(const Situation& situation, const Finding& finding, Proposal& proposal) {
  constexpr const char* name = "net.ipv4.tcp_mem";
  const Host& host = situation.now().host;
  const auto low = find_setting(situation.now().settings, name, 0);
  const auto pressure = find_setting(situation.now().settings, name, 1);
  const auto high = find_setting(situation.now().settings, name, 2);
  const auto pages = judge::find_number(situation.now().counters.sockstat, "TCP.mem");
  if (!low || !pressure || !high || !pages || host.memory.count <= 0) {
    decline(
        situation, finding,
        "weir could not read net.ipv4.tcp_mem, the pages that TCP holds, or the size of the memory",
        proposal);
    return;
  }
  // At a threshold, the pages held show what the threshold allows, not what the load needs.
  const std::int64_t load = saturated_product(std::max(*pages, *pressure), headroom);
  const auto wanted =
      formula::compute_tcp_mem_for({saturated_product(load, host.page_size.count)}, host.memory,
                                   host.page_size, {{*low}, {*pressure}, {*high}});
  if (wanted.high.count <= *high) {
    decline(
        situation, finding,
        "TCP may already use a quarter of this host's memory; add memory, or lower the maxima in tcp_rmem and tcp_wmem",
        proposal);
    return;
  }
  propose(
      situation, finding,
      {name,
       std::to_string(wanted.low.count) + " " + std::to_string(wanted.pressure.count) + " " +
           std::to_string(wanted.high.count),
       "all TCP buffers together have reached a threshold: the kernel shrinks windows, then it drops data",
       "the larger of " + std::to_string(*pages) + " pages held and the threshold of " +
           std::to_string(*pressure) + ", x 2 = " + std::to_string(load) +
           " pages, and a quarter more up to pressure; low:pressure:high = 3:4:6 (the kernel's ratio), high at most a quarter of the memory",
       {}},
      proposal);
}

void cure_mtu_blackhole(const Situation& situation, const Finding& finding, Proposal& proposal) {
  if (find_setting(situation.now().settings, "net.ipv4.tcp_mtu_probing").value_or(0) != 0) {
    decline(situation, finding,
            "the kernel already probes for the largest segment that gets through", proposal);
    return;
  }
  propose(
      situation, finding,
      {"net.ipv4.tcp_mtu_probing",
       "1",
       "full-size segments never get through, and no router reports it: with probing, the kernel finds the size itself",
       "1: probe once full-size segments time out; connections without the fault do not change",
       {}},
      proposal);
}

}  // namespace weir::plan
