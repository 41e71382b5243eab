#include "sense/ethtool.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "kernel/wire/ethtool.h"
#include "sense/links.h"

namespace weir::sense {
namespace {

constexpr std::size_t max_names = 16'384;    // of one driver: some mlx5 have over ten thousand
constexpr std::size_t max_counters = 128;    // of one interface
constexpr std::int64_t max_rps_files = 512;  // rps_cpus, of all interfaces together

/// Requests that failed, and the number of interfaces; the first failure gives the reason.
struct Failure {
  std::string first;
  std::string why;
  std::int64_t more = 0;

  void add(const std::string& interface, const std::string& reason) {
    if (!first.empty()) {
      ++more;
      return;
    }
    first = interface;
    why = reason;
  }

  void report(Subject subject, const std::string& what, std::vector<NotSeen>& not_seen) const {
    if (first.empty()) return;
    const std::string others = more == 0 ? "" : " and " + std::to_string(more) + " more";
    not_seen.push_back({subject, what + first + others, why});
  }
};

/// A driver that does not know the command, or an interface that vanished, hides nothing.
bool hides(const Error& error) {
  return error.code != ErrorCode::unsupported && error.code != ErrorCode::gone;
}

/// Reads the interfaces one after the other, with one budget for all of them.
class Hardware {
 public:
  Hardware(kernel::Ethtool& ethtool, FileReader& reader) : ethtool_(ethtool), reader_(reader) {}

  void read(const Link* previous, Link& link) {
    read_settings(link);
    if (!link.speed_mbit) link.speed_mbit = read_sysfs_speed(link);
    if (previous != nullptr && previous->rx_queues > 0) {
      link.rx_queues = previous->rx_queues;
      link.rps = previous->rps;
    } else {
      read_queues(link);
    }
    if (const auto status = read_counters(link); !status.ok() && hides(status.error()))
      counters_.add(link.name, status.error().message);
  }

  void report(std::vector<NotSeen>& not_seen) const {
    settings_.report(Subject::link_modes, "link modes of ", not_seen);
    counters_.report(Subject::driver_counters, "driver counters of ", not_seen);
  }

 private:
  void read_settings(Link& link) {
    auto command = wire::build_link_settings(0);
    auto status = ethtool_.ask(link.name, command);
    if (status.ok()) {
      const auto words = wire::parse_mask_words(command);
      if (!words) return;
      command = wire::build_link_settings(*words);
      status = ethtool_.ask(link.name, command);
    }
    if (!status.ok()) {
      if (hides(status.error())) settings_.add(link.name, status.error().message);
      return;
    }
    auto settings = wire::parse_link_settings(command);
    if (!settings) return;
    link.speed_mbit = settings->speed_mbit;
    const bool told = !settings->modes.duplex.empty() || settings->modes.supported_mbit;
    if (told) link.modes = std::move(settings->modes);
  }

  /// The speed from sysfs, for a driver that ethtool does not reach.
  std::optional<std::int64_t> read_sysfs_speed(const Link& link) {
    const auto speed =
        parse_integer(trim(reader_.read_or_empty("/sys/class/net/" + link.name + "/speed")));
    return speed && *speed > 0 ? speed : std::nullopt;
  }

  /// The queues in use are folders in sysfs. sysfs shows only one namespace; for the others, the
  /// driver is asked.
  void read_queues(Link& link) {
    const std::string folder = "/sys/class/net/" + link.name + "/queues";
    const auto names = reader_.files().list(folder);
    if (!names.ok()) {
      auto command = wire::build_channels();
      if (ethtool_.ask(link.name, command).ok())
        link.rx_queues = wire::parse_receive_queues(command).value_or(0);
      return;
    }
    bool all = true;
    for (const auto& name : *names) {
      if (!name.starts_with("rx-")) continue;
      ++link.rx_queues;
      if (link.rps.value_or(false)) continue;  // one is enough
      if (queue_files_ == max_rps_files) {
        all = false;
        continue;
      }
      ++queue_files_;
      std::string file = folder;
      const auto mask = reader_.read(file.append("/").append(name).append("/rps_cpus"));
      all = all && mask.ok();
      if (mask.ok() && mask->find_first_of("123456789abcdef") != std::string_view::npos)
        link.rps = true;
    }
    if (!link.rps && all && link.rx_queues > 0) link.rps = false;
  }

  Status read_counters(Link& link) {
    auto command = wire::build_counter_count();
    WEIR_CHECK(ethtool_.ask(link.name, command));
    const std::size_t count = wire::parse_counter_count(command).value_or(0);
    if (count == 0) return {};
    if (count > max_names) {
      return make_error(ErrorCode::malformed, "the driver has " + std::to_string(count) +
                                                  " counters; weir reads at most " +
                                                  std::to_string(max_names));
    }
    auto names = wire::build_counter_names(count);
    WEIR_CHECK(ethtool_.ask(link.name, names));
    auto values = wire::build_counter_values(count);
    WEIR_CHECK(ethtool_.ask(link.name, values));
    const bool complete = wire::parse_counter_value(values, count, count - 1).has_value();
    const bool whole =
        complete &&
        wire::parse_counter_names(names, count, [&](std::size_t at, std::string_view name) {
          name = trim(name);
          if (!is_wanted_counter(name)) return;
          const auto value = wire::parse_counter_value(values, count, at);
          const auto key = escape_bytes(name);
          if (value && (link.driver.size() < max_counters || link.driver.count(key) != 0))
            add_counter(*value, link.driver[key]);
        });
    if (!whole)
      return make_error(ErrorCode::conflict,
                        "the number of the driver's counters changed while weir read them");
    return {};
  }

  /// Some drivers give each queue's counter the same name (vmxnet3).
  static void add_counter(std::int64_t value, std::int64_t& sum) {
    constexpr std::uint64_t mask = 0x7FFF'FFFF'FFFF'FFFFU;
    sum = static_cast<std::int64_t>(
        (static_cast<std::uint64_t>(sum) + static_cast<std::uint64_t>(value)) & mask);
  }

  kernel::Ethtool& ethtool_;
  FileReader& reader_;
  std::int64_t queue_files_ = 0;
  Failure settings_;
  Failure counters_;
};

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
    "?x_flow_control_x*",    // igb, ixgbe, e1000e
    "?x_pause*",             // mlx4, bnxt
    "?x_global_pause",       // mlx5
    "?x_pause_ctrl_phy",     // mlx5
    "*link_xo*",             // ice, i40e: port.link_xoff_rx, link_xon_rx.nic
    "?x_xo*_pause_rcvd",     // tg3
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

void read_hardware(kernel::Ethtool& ethtool, FileReader& reader, const std::vector<Link>* previous,
                   std::vector<Link>& links, std::vector<NotSeen>& not_seen) {
  Hardware hardware(ethtool, reader);
  std::size_t count = 0;
  for (auto& link : links) {
    if (is_hardware(link) && ++count <= max_interfaces)
      hardware.read(find_previous(previous, link), link);
  }
  hardware.report(not_seen);
  if (count <= max_interfaces) return;
  not_seen.push_back(
      {Subject::drivers,
       "drivers of " + std::to_string(count - max_interfaces) + " network interfaces",
       "weir asks at most " + std::to_string(max_interfaces)});
}

bool is_wanted_counter(std::string_view name) {
  return std::any_of(wanted_counters.begin(), wanted_counters.end(),
                     [&](std::string_view pattern) { return matches(pattern, name); });
}

}  // namespace weir::sense
