#include "sense/host.h"

#include "base/text.h"
#include "base/version.h"
#include "kernel/wire/host.h"
#include "kernel/wire/process.h"

namespace weir::sense {
namespace {

std::string read_word(FileReader& reader, const std::string& path) {
  return escape_bytes(trim(reader.read_or_empty(path)));
}

}  // namespace

Provenance read_provenance(FileReader& reader, kernel::Kernel& kernel) {
  Provenance provenance;
  provenance.boot_time = kernel.clock.boot_time();
  provenance.wall_time = kernel.clock.wall_time();
  provenance.hostname = read_word(reader, "/proc/sys/kernel/hostname");
  provenance.place.machine_id = read_word(reader, "/etc/machine-id");
  provenance.kernel = read_word(reader, "/proc/sys/kernel/osrelease");
  provenance.place.boot_id = read_word(reader, "/proc/sys/kernel/random/boot_id");
  provenance.uid =
      wire::parse_effective_uid(reader.read_or_empty("/proc/self/status")).value_or(-1);
  provenance.weir_version = version();
  const auto netns = reader.files().read_link("/proc/thread-self/ns/net");
  if (netns.ok()) provenance.place.netns = wire::parse_inode_link(*netns, "net").value_or(0);
  if (const auto cookie = kernel.netlink.namespace_cookie(); cookie.ok())
    provenance.place.netns_cookie = *cookie;
  return provenance;
}

Host read_host(FileReader& reader, const Host* previous, std::vector<wire::CpuTicks>& cpus) {
  Host host;
  if (previous != nullptr) {
    host = *previous;
  } else {
    const auto units = wire::parse_auxv(reader.read_or_empty("/proc/self/auxv"));
    host.page_size = units.page_size.value_or(host.page_size);
    host.ticks_per_second = units.ticks_per_second.value_or(host.ticks_per_second);
    host.memory = wire::parse_memory_total(reader.read_or_empty("/proc/meminfo")).value_or(Bytes{});
    host.buffer_pages =
        wire::parse_buffer_pages(reader.read_or_empty("/proc/zoneinfo")).value_or(Pages{});
  }
  const auto stat = reader.read_or_empty("/proc/stat");
  const auto times = wire::parse_cpu_times(stat).value_or(wire::CpuTimes{});
  cpus = wire::parse_cpu_ticks(stat);
  host.cpus = times.cpus;
  host.cpu_busy = times.busy;
  host.cpu_total = times.total;
  return host;
}

}  // namespace weir::sense
