// The formats of /proc and of cgroups: the first byte chooses the parser, the rest is its text.
#include <cstdint>
#include <string_view>

#include "kernel/wire/counters.h"
#include "kernel/wire/host.h"
#include "kernel/wire/ipv6_state.h"
#include "kernel/wire/process.h"
#include "kernel/wire/udp_sockets.h"

namespace {

using namespace weir;

void parse_counters(unsigned choice, std::string_view text) {
  wire::Counters counters;
  if (choice == 0) wire::parse_counter_pairs(text, counters);
  if (choice == 1) wire::parse_snmp6(text, counters);
  if (choice == 2) wire::parse_sockstat(text, counters);
  if (choice == 3) wire::parse_stat_table(text, "table.", counters);
  for (const auto& [name, value] : counters) {
    if (name.find('.') == std::string::npos) __builtin_trap();
    static_cast<void>(value);
  }
}

void parse_process(unsigned choice, std::string_view text) {
  if (choice == 4) static_cast<void>(wire::parse_process_stat(text).ok());
  if (choice == 5) static_cast<void>(wire::parse_file_limits(text).soft);
  if (choice == 6) static_cast<void>(wire::parse_cgroup(text).cpu);
  if (choice == 7) static_cast<void>(wire::parse_effective_uid(text));
  if (choice == 8) static_cast<void>(wire::parse_inode_link(text, "socket"));
}

void parse_host(unsigned choice, std::string_view text) {
  if (choice == 9) static_cast<void>(wire::parse_memory_total(text));
  if (choice == 10) {
    if (const auto pages = wire::parse_buffer_pages(text); pages && pages->count < 0)
      __builtin_trap();
  }
  if (choice == 11) {
    if (const auto times = wire::parse_cpu_times(text); times && times->busy > times->total)
      __builtin_trap();
    for (const auto& cpu : wire::parse_cpu_ticks(text)) {
      if (cpu.cpu < 0 || cpu.idle > cpu.total || cpu.softirq > cpu.total) __builtin_trap();
    }
  }
  if (choice == 12) static_cast<void>(wire::parse_auxv(text).page_size);
  if (choice == 13) static_cast<void>(wire::parse_file_table(text));
  if (choice == 14) static_cast<void>(wire::parse_cpu_stat(text));
  if (choice == 15) static_cast<void>(wire::parse_softnet(text).size());
  if (choice == 16) wire::parse_udp_sockets(Family::ipv4, text, [](const wire::UdpLine&) {});
  if (choice == 17) wire::parse_udp_sockets(Family::ipv6, text, [](const wire::UdpLine&) {});
  if (choice == 18) {
    wire::parse_mountinfo(text, [](const wire::Mount& mount) {
      if (mount.root.empty() || mount.point.empty() || mount.type.empty()) __builtin_trap();
    });
  }
  if (choice == 19)
    wire::parse_if_inet6(text, [](const wire::Ipv6Address& one) {
      static_cast<void>(wire::format_ipv6(one.digits, one.prefix));
    });
  if (choice == 20)
    wire::parse_ipv6_route(text,
                           [](const wire::Ipv6Route& one) { static_cast<void>(one.is_local); });
  if (choice == 20) static_cast<void>(wire::make_link_local_digits(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr unsigned parsers = 21;
  if (size == 0) return 0;
  // Letters as choices keep the corpus readable: 'a' selects the first parser.
  const unsigned choice = (data[0] + parsers - 'a' % parsers) % parsers;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  parse_counters(choice, text);
  parse_process(choice, text);
  parse_host(choice, text);
  return 0;
}
