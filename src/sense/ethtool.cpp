#include "sense/ethtool.h"

#include <algorithm>
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

}  // namespace weir::sense
