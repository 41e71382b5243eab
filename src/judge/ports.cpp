#include "judge/ports.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/tcp_times.h"
#include "base/text.h"
#include "judge/window.h"
#include "model/port_reuse.h"

namespace weir::judge {

namespace {

constexpr std::int64_t highest_port = 65535;
/// Also the kernel's default since Linux 4.19.
constexpr std::int64_t reuse_loopback_only = 2;

struct Range {
  std::int64_t low = 0, high = 0;
};

/// "8080" or "9000-9100": one item of the comma-separated list in ip_local_reserved_ports.
std::optional<Range> parse_range(std::string_view text) {
  const auto parts = split(trim(text), '-');
  if (parts.size() > 2) return std::nullopt;
  const auto low = parse_integer(parts.front());
  const auto high = parse_integer(parts.back());
  if (!low || !high) return std::nullopt;
  return Range{*low, *high};
}

/// The kernel prints the ranges ascending and merged (proc_do_large_bitmap(), kernel/sysctl.c), so
/// no port is counted twice.
std::int64_t count_reserved(const Settings& settings, Range range) {
  const auto found = settings.sysctls.find("net.ipv4.ip_local_reserved_ports");
  if (found == settings.sysctls.end()) return 0;
  std::int64_t reserved = 0;
  for (const auto part : split(found->second, ',')) {
    const auto one = parse_range(part);
    if (!one) continue;
    reserved += std::max<std::int64_t>(
        std::min(one->high, range.high) - std::max(one->low, range.low) + 1, 0);
  }
  return reserved;
}

bool is_loopback(const PortUse& use) {
  const auto is_local = [](std::string_view address) {
    return address.rfind("127.", 0) == 0 || address == "::1" ||
           address.rfind("::ffff:127.", 0) == 0;
  };
  return is_local(use.source) || is_local(use.destination);
}

bool is_reused(const Settings& settings, const PortUse& use) {
  const auto mode = find_setting(settings, "net.ipv4.tcp_tw_reuse").value_or(reuse_loopback_only);
  if (mode == 0 || find_setting(settings, "net.ipv4.tcp_timestamps").value_or(1) == 0) return false;
  return mode != reuse_loopback_only || is_loopback(use);
}

std::int64_t count_taken(const Settings& settings, const PortUse& use) {
  const auto used = std::max<std::int64_t>(use.used, 0);
  if (!is_reused(settings, use)) return used;
  const auto time_wait = std::clamp<std::int64_t>(use.time_wait, 0, used);
  // Under a steady load, the sockets in TIME_WAIT that entered it during the last delay are too
  // young for reuse.
  const Nanoseconds delay = find_reuse_delay(settings.sysctls);
  const double young = static_cast<double>(time_wait) * static_cast<double>(delay.count) /
                       static_cast<double>(time_wait_length.count);
  return saturated_sum(used - time_wait, rounded(young));
}

}  // namespace

std::optional<std::int64_t> count_usable_ports(const Settings& settings) {
  const auto low = find_setting(settings, "net.ipv4.ip_local_port_range", 0);
  const auto high = find_setting(settings, "net.ipv4.ip_local_port_range", 1);
  if (!low || !high) return std::nullopt;
  const Range range{std::clamp<std::int64_t>(*low, 0, highest_port),
                    std::clamp<std::int64_t>(*high, 0, highest_port)};
  if (range.low > range.high) return std::nullopt;
  return std::max<std::int64_t>(range.high - range.low + 1 - count_reserved(settings, range), 0);
}

std::vector<PortView> compute_port_views(const Sockets& sockets, const Settings& settings) {
  std::vector<PortView> views;
  for (const auto& use : sockets.port_uses) views.push_back({&use, count_taken(settings, use)});
  std::stable_sort(views.begin(), views.end(),
                   [](const PortView& a, const PortView& b) { return a.taken > b.taken; });
  return views;
}

}  // namespace weir::judge
