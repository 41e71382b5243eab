#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "judge/window.h"
#include "plan/formula/bandwidth_delay.h"
#include "plan/formula/socket_buffers.h"
#include "plan/formula/tcp_memory.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

/// What one connection is meant to reach, and over which round trip.
struct Demand {
  double bytes_per_second = 0;  ///< the present throughput
  Nanoseconds rtt;
};

constexpr double bits_per_megabit = 1e6;
constexpr double bits_per_byte = 8;
/// Where no link tells its speed: what a server's uplink has today, and at least ten times of what the buffer lets through now. Weir's own mark.
constexpr double assumed_mbit = 1000;
constexpr double growth = 10;
const Flow* find_flow(const Situation& situation, const Resource& resource) {
  const auto& flows = situation.window.recording.flows;
  const auto found = std::find_if(flows.begin(), flows.end(), [&](const Flow& flow) { return flow.cookie == resource.cookie && flow.inode == resource.inode; });
  return found == flows.end() ? nullptr : &*found;
}

Demand measure(const Situation& situation, const Flow& flow, bool receives) {
  Demand demand;
  demand.rtt = receives ? flow.last.rcv_rtt : flow.last.rtt;
  if (!flow.first) return demand;
  const auto moved = receives ? judge::difference(flow.first->bytes_received.count, flow.last.bytes_received.count)
                              : judge::difference(flow.first->bytes_acked.count, flow.last.bytes_acked.count);
  demand.bytes_per_second = judge::per_second(situation.window, moved).value_or(0);
  return demand;
}

/// The fastest interface that leads somewhere; nothing when none tells its speed.
std::optional<std::int64_t> find_speed(const Snapshot& now) {
  std::optional<std::int64_t> fastest;
  for (const auto& link : now.links)
    if (!link.loopback && link.up && link.carrier && link.speed_mbit.value_or(0) > 0) fastest = std::max(fastest.value_or(0), *link.speed_mbit);
  return fastest;
}

struct Size {
  std::int64_t bytes = 0;
  std::string formula;
};

/// The socket memory for a window, as this kernel accounts it.
Bytes memory_of_window(const Situation& situation, Bytes window, bool receives) {
  if (receives) {
    const auto kernel = parse_kernel_version(situation.now().provenance.kernel).value_or(KernelVersion{});
    return formula::compute_receive_buffer(window, {kernel, read_setting(situation, "net.ipv4.tcp_adv_win_scale").value_or(1)});
  }
  const auto control = situation.now().sysctls.find("net.ipv4.tcp_congestion_control");
  const bool is_bbr = control != situation.now().sysctls.end() && control->second == "bbr";
  return formula::compute_send_buffer(window, is_bbr ? formula::Congestion::bbr : formula::Congestion::loss_based);
}

/// The bandwidth-delay product in the kernel's own accounting, up to a power of two, at most a 128th of the memory.
Size size_buffer(const Situation& situation, const Demand& demand, bool receives) {
  const auto speed = find_speed(situation.now());
  const double measured = demand.bytes_per_second * bits_per_byte * growth;
  const double target = speed ? static_cast<double>(*speed) * bits_per_megabit : std::max(assumed_mbit * bits_per_megabit, measured);
  const Bytes product = formula::compute_bandwidth_delay_product({judge::rounded(target)}, demand.rtt);
  const Bytes memory = memory_of_window(situation, product, receives);
  const Bytes bound = formula::compute_buffer_bound(situation.now().host.memory);
  Size size;
  size.bytes = formula::round_buffer(memory, bound).count;
  size.formula = judge::decimal(target / bits_per_megabit, 0) + " Mbit/s (" + (speed ? "the link's speed" : "assumed, since no link tells its speed") + ") x " +
                 judge::decimal(to_seconds(demand.rtt) * 1000, 1) + " ms = " + std::to_string(product.count) + " bytes under way, which take " +
                 std::to_string(memory.count) + (receives ? " of receive memory" : " of send memory") +
                 ", up to a power of two, at most 1/128 of the memory = " + std::to_string(size.bytes);
  return size;
}

std::string with_maximum(const Situation& situation, const std::string& name, std::int64_t maximum) {
  return std::to_string(read_setting(situation, name, 0).value_or(0)) + " " + std::to_string(read_setting(situation, name, 1).value_or(0)) + " " +
         std::to_string(maximum);
}

/// Raises the third integer for the connection of the finding that needs most.
void raise_maximum(const Situation& situation, const Finding& finding, const std::string& name, bool receives, Proposal& proposal) {
  const auto present = read_setting(situation, name, 2);
  std::optional<Size> largest;
  const auto consider = [&](const Resource& resource) {
    const Flow* flow = find_flow(situation, resource);
    if (flow == nullptr) return;
    const Size size = size_buffer(situation, measure(situation, *flow, receives), receives);
    if (!largest || size.bytes > largest->bytes) largest = size;
  };
  consider(finding.resource);
  for (const auto& resource : finding.also) consider(resource);
  if (!present || !largest) {
    decline(finding, name + " could not be read, or the connection is not in the sample", proposal);
    return;
  }
  if (largest->bytes <= *present) {
    decline(finding, "the buffer may already grow to " + std::to_string(*present) + " bytes, and the path asks for no more: " + largest->formula, proposal);
    return;
  }
  propose(situation, finding,
          {name, with_maximum(situation, name, largest->bytes),
           receives ? "the window that the buffer allows is full at this round trip: the sender waits for it"
                    : "the buffer holds no more than what is under way at this round trip: the program waits for it",
           largest->formula, "a connection that fills its buffer takes up to that much memory; net.ipv4.tcp_mem bounds them all together"},
          proposal);
}

/// Autotuning ends at the maximum; a limit that is felt elsewhere is the program's own.
bool is_fixed(std::int64_t buffer, std::optional<std::int64_t> maximum) {
  constexpr double at_maximum = 0.95;
  return maximum && (buffer > *maximum || static_cast<double>(buffer) < at_maximum * static_cast<double>(*maximum));
}

}  // namespace

void cure_receive_limit(const Situation& situation, const Finding& finding, Proposal& proposal) {
  if (read_setting(situation, "net.ipv4.tcp_moderate_rcvbuf") == 0) {
    propose(situation, finding,
            {"net.ipv4.tcp_moderate_rcvbuf",
             "1",
             "without autotuning every connection keeps the buffer that it began with",
             "1: the buffer follows what the program reads, up to tcp_rmem's maximum",
             {}},
            proposal);
    return;
  }
  const Flow* flow = find_flow(situation, finding.resource);
  if (flow != nullptr && is_fixed(flow->last.rcvbuf.count, read_setting(situation, "net.ipv4.tcp_rmem", 2))) {
    decline(finding, "the program fixed its buffer with SO_RCVBUF, which switches autotuning off", proposal);
    return;
  }
  raise_maximum(situation, finding, "net.ipv4.tcp_rmem", true, proposal);
}

void cure_send_limit(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const Flow* flow = find_flow(situation, finding.resource);
  if (flow != nullptr && is_fixed(flow->last.sndbuf.count, read_setting(situation, "net.ipv4.tcp_wmem", 2))) {
    decline(finding, "the program fixed its buffer with SO_SNDBUF, which switches autotuning off", proposal);
    return;
  }
  raise_maximum(situation, finding, "net.ipv4.tcp_wmem", false, proposal);
}

void cure_tcp_memory(const Situation& situation, const Finding& finding, Proposal& proposal) {
  constexpr const char* name = "net.ipv4.tcp_mem";
  const Host& host = situation.now().host;
  const auto low = read_setting(situation, name, 0);
  const auto pressure = read_setting(situation, name, 1);
  const auto high = read_setting(situation, name, 2);
  const auto pages = judge::find_number(situation.now().sockstat, "TCP.mem");
  if (!low || !pressure || !high || !pages || host.memory.count <= 0) {
    decline(finding, "net.ipv4.tcp_mem, what TCP holds or the memory could not be read", proposal);
    return;
  }
  // What is held at a threshold is what the threshold allows, not what the load asks for.
  constexpr std::int64_t headroom = 2;
  const std::int64_t load = std::max(*pages, *pressure) * headroom;
  const auto wanted = formula::compute_tcp_mem_for({load * host.page_size.count}, host.memory, host.page_size, {{*low}, {*pressure}, {*high}});
  if (wanted.high.count <= *high) {
    decline(finding,
            "a quarter of this host's memory is already open to TCP; the buffers of so many connections need more memory, or smaller maxima in tcp_rmem and "
            "tcp_wmem",
            proposal);
    return;
  }
  propose(
      situation, finding,
      {name,
       std::to_string(wanted.low.count) + " " + std::to_string(wanted.pressure.count) + " " + std::to_string(wanted.high.count),
       "all TCP buffers together are at a threshold: windows shrink, then data is dropped",
       "the larger of " + std::to_string(*pages) + " pages held and the threshold of " + std::to_string(*pressure) + ", x 2 = " + std::to_string(load) +
           " pages, with a quarter to spare below pressure; low : pressure : high = 3 : 4 : 6 as the kernel divides it, high at most a quarter of the memory",
       {}},
      proposal);
}

}  // namespace weir::plan
