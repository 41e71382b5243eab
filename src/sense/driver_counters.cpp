#include <algorithm>
#include <array>

#include "sense/ethtool.h"

namespace weir::sense {
namespace {

/// Names of drivers' counters, from the drivers' sources; `*` stands for any text. Per-queue
/// counters are left out: their sums are in this list.
constexpr std::array<std::string_view, 37> wanted_counters{
    // Dropped by a cloud's hypervisor because this machine's share is used up: ena.
    "*_allowance_exceeded",
    // The ring had no free buffer, so a packet was lost before the kernel saw it.
    "rx_missed*",               // igb, ixgbe, e1000e, r8169
    "rx_no_buffer*",            // igb, ixgbe, e1000e
    "rx_no_dma_resources",      // ixgbe
    "rx_out_of_buffer",         // mlx5
    "rx_steer_missed_packets",  // mlx5
    "rx_fifo*",                 // mlx4, igb
    "rx_over*",                 // ena rx_overruns, igb, mlx4
    "rx_ovflow*",               // cxgb4
    "rx_drops",                 // ena
    "rx_dropped*",              // ice (rx_dropped.nic), gve
    "port.rx_dropped",          // i40e
    "rx_discards*",             // mlx5 (_phy), tg3, bnx2x
    "port.rx_discards",         // i40e
    "tx_discards_phy",          // mlx5
    "rx_stat_discard",          // bnxt
    "rx_total_discard*",        // bnxt
    "rx_total_oom_discards",    // bnxt
    "brb_discards",             // qede
    "no_buff_discards",         // qede
    "port_rx_nodesc_drop*",     // sfc
    "rxbds_empty",              // tg3
    // A slot was free, but memory for it was not available.
    "rx_alloc_fail*",
    "alloc_rx_*_failed",    // ixgbe, e1000e
    "rx_buf*_alloc_fail*",  // gve, vmxnet3
    "rx_no_memory",         // netvsc
    // The line damages frames: a cable, a plug, a transceiver, a wrong duplex.
    // rx_crc_errors, rx_crc_errors_phy, port.rx_crc_errors, rx_crc_errors.nic
    "*crc_err*",
    "*fcs_err*",             // tg3, bnxt
    "*symbol_err*",          // mlx5
    "*align_err*",           // e1000e, tg3
    "link_down_events_phy",  // mlx5
    // One end asks the other end to wait.
    "?x_flow_control_x*",  // igb, ixgbe, e1000e
    "?x_pause*",           // mlx4, bnxt
    "?x_global_pause",     // mlx5
    "?x_pause_ctrl_phy",   // mlx5
    "*link_xo*",           // ice, i40e: port.link_xoff_rx, link_xon_rx.nic
    "?x_xo*_pause_rcvd",   // tg3
};

/// Whether the text matches the pattern, in which `*` is any text and `?` one character. It only
/// goes back to the last `*`, so its time is at most the product of both lengths.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string_view::npos;
  std::size_t behind_star = 0;
  while (in < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      behind_star = in;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[in])) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++behind_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace

bool is_wanted_counter(std::string_view name) {
  return std::any_of(wanted_counters.begin(), wanted_counters.end(),
                     [&](std::string_view pattern) { return matches(pattern, name); });
}

}  // namespace weir::sense
