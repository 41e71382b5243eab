#include "plan/buffer_size.h"

#include <algorithm>
#include <optional>

#include "base/number_text.h"
#include "base/text.h"
#include "plan/formula/buffers.h"

namespace weir::plan {
namespace {

constexpr double bits_per_megabit = 1e6;
constexpr double bits_per_byte = 8;
/// Used if no card reports its speed: the least that a server's uplink has today, and four times
/// the throughput that the buffer allows now. A buffer far larger than the path needs only holds
/// waiting data. If four times is not enough, the next plan finds the flow limited again. weir's
/// own numbers.
constexpr double assumed_mbit = 1000;
constexpr double growth = 4;

/// The speed of the fastest card with a route; nothing if no card reports its speed. A virtual
/// interface reports a nominal speed, which means nothing.
std::optional<std::int64_t> find_speed(const Network& network) {
  std::optional<std::int64_t> fastest;
  for (const auto& link : network.links)
    if (is_hardware(link) && link.up && link.carrier && link.speed_mbit.value_or(0) > 0)
      fastest = std::max(fastest.value_or(0), *link.speed_mbit);
  return fastest;
}

/// The socket memory for a window, in this kernel's accounting.
Bytes memory_of_window(const Situation& situation, Bytes window, bool receives) {
  if (receives) {
    const auto kernel =
        parse_kernel_version(situation.now().provenance.kernel).value_or(KernelVersion{});
    return formula::compute_receive_buffer(
        window,
        {kernel, find_setting(situation.now().settings, "net.ipv4.tcp_adv_win_scale").value_or(1)});
  }
  const auto algorithm =
      find_sysctl_value(situation.now().settings.sysctls, "net.ipv4.tcp_congestion_control");
  return formula::compute_send_buffer(window, formula::congestion_of(algorithm.value_or("")));
}

std::string with_maximum(const Situation& situation, const std::string& name,
                         std::int64_t maximum) {
  return std::to_string(find_setting(situation.now().settings, name, 0).value_or(0)) + " " +
         std::to_string(find_setting(situation.now().settings, name, 1).value_or(0)) + " " +
         std::to_string(maximum);
}

}  // namespace

BufferSize size_buffer(const Situation& situation, const BufferDemand& demand, bool receives) {
  const auto speed = find_speed(situation.now().network);
  const double measured = demand.bytes_per_second * bits_per_byte * growth;
  const double target = speed ? static_cast<double>(*speed) * bits_per_megabit
                              : std::max(assumed_mbit * bits_per_megabit, measured);
  const Bytes product = formula::compute_bandwidth_delay_product({rounded(target)}, demand.rtt);
  const Bytes memory = memory_of_window(situation, product, receives);
  const Bytes bound = formula::compute_buffer_bound(situation.now().host.memory);
  BufferSize size;
  size.bytes = formula::round_buffer(memory, bound).count;
  size.formula =
      decimal(target / bits_per_megabit, 0) + " Mbit/s (" +
      (speed ? "the link's speed" : "assumed, because no link reports its speed") + ") x " +
      decimal(to_seconds(demand.rtt) * 1000, 1) + " ms = " + std::to_string(product.count) +
      " bytes in flight, which need " + std::to_string(memory.count) +
      (receives ? " bytes of receive memory" : " bytes of send memory") +
      ", rounded up to a power of two, at most 1/128 of the memory = " + std::to_string(size.bytes);
  return size;
}

void raise_buffer(const Situation& situation, const Finding& finding, bool receives,
                  const BufferSize& size, const std::string& reason, Proposal& proposal) {
  const std::string name = receives ? "net.ipv4.tcp_rmem" : "net.ipv4.tcp_wmem";
  const auto present = find_setting(situation.now().settings, name, 2);
  if (!present) {
    decline(situation, finding, "weir could not read " + name, proposal);
    return;
  }
  if (size.bytes <= *present) {
    decline(situation, finding,
            name + " already lets the buffer grow to " + std::to_string(*present) +
                " bytes, and the path needs no more: " + size.formula,
            proposal);
    return;
  }
  propose(
      situation, finding,
      {name, with_maximum(situation, name, size.bytes), reason, size.formula,
       "a connection that fills its buffer takes that much memory; net.ipv4.tcp_mem limits all connections together"},
      proposal);
}

}  // namespace weir::plan
