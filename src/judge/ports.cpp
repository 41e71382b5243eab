#include "judge/ports.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/integers.h"
#include "base/tcp_times.h"
#include "base/text.h"
#include "model/port_reuse.h"

namespace weir::judge {

namespace {

constexpr std::int64_t highest_port = 65535;
/// The kernel's default, too, since Linux 4.19.
constexpr std::int64_t reuse_loopback_only = 2;

struct Range {
  std::int64_t low = 0, high = 0;
};

/// "8080" or "9000-9100", as ip_local_reserved_ports lists them, separated by commas.
std::optional<Range> parse_range(std::string_view text) {
  const auto parts = split(trim(text), '-');
  if (parts.size() > 2) return std::nullopt;
  const auto low = parse_integer(parts.front());
  const auto high = parse_integer(parts.back());
  if (!low || !high) return std::nullopt;
  return Range{*low, *high};
}

/// The kernel prints them ascending and merged (proc_do_large_bitmap(), kernel/sysctl.c), so none
/// counts twice.
std::int64_t count_reserved(const Snapshot& snapshot, Range range) {
  const auto found = snapshot.sysctls.find("net.ipv4.ip_local_reserved_ports");
  if (found == snapshot.sysctls.end()) return 0;
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

bool is_reused(const Snapshot& snapshot, const PortUse& use) {
  const auto mode = find_setting(snapshot, "net.ipv4.tcp_tw_reuse").value_or(reuse_loopback_only);
  if (mode == 0 || find_setting(snapshot, "net.ipv4.tcp_timestamps").value_or(1) == 0) return false;
  return mode != reuse_loopback_only || is_loopback(use);
}

std::int64_t count_taken(const Snapshot& snapshot, const PortUse& use) {
  const auto used = std::max<std::int64_t>(use.used, 0);
  if (!is_reused(snapshot, use)) return used;
  const auto time_wait = std::clamp<std::int64_t>(use.time_wait, 0, used);
  // Of the TIME_WAIT of a steady load, those are too young that the last delay's length brought.
  const Nanoseconds delay = find_reuse_delay(snapshot.sysctls);
  const double young = static_cast<double>(time_wait) * static_cast<double>(delay.count) /
                       static_cast<double>(time_wait_length.count);
  return saturated_sum(used - time_wait, rounded(young));
}

}  // namespace

std::optional<std::int64_t> count_usable_ports(const Snapshot& snapshot) {
  const auto low = find_setting(snapshot, "net.ipv4.ip_local_port_range", 0);
  const auto high = find_setting(snapshot, "net.ipv4.ip_local_port_range", 1);
  if (!low || !high) return std::nullopt;
  const Range range{std::clamp<std::int64_t>(*low, 0, highest_port),
                    std::clamp<std::int64_t>(*high, 0, highest_port)};
  if (range.low > range.high) return std::nullopt;
  return std::max<std::int64_t>(range.high - range.low + 1 - count_reserved(snapshot, range), 0);
}

std::vector<PortView> compute_port_views(const Snapshot& snapshot) {
  std::vector<PortView> views;
  for (const auto& use : snapshot.port_uses) views.push_back({&use, count_taken(snapshot, use)});
  std::stable_sort(views.begin(), views.end(),
                   [](const PortView& a, const PortView& b) { return a.taken > b.taken; });
  return views;
}

}  // namespace weir::judge
