#include "act/world.h"

#include <string_view>

#include "base/text.h"
#include "kernel/wire/host.h"

namespace weir::act {

Result<std::uint64_t> parse_netns_link(const std::string& link) {
  constexpr std::string_view prefix = "net:[";
  const std::string_view text(link);
  if (text.substr(0, prefix.size()) == prefix && text.back() == ']') {
    if (const auto inode =
            parse_unsigned(text.substr(prefix.size(), text.size() - prefix.size() - 1)))
      return *inode;
  }
  return make_error(ErrorCode::malformed,
                    "\"" + escape_bytes(link) + "\" is not a link to a network namespace");
}

Result<PlanBinding> read_binding(kernel::Kernel& kernel) {
  kernel::Files& files = kernel.files;
  PlanBinding binding;
  auto machine = kernel::read_text(files, "/etc/machine-id");
  if (machine.ok()) {
    binding.place.machine_id = trim(*machine);
  } else if (machine.error().code != ErrorCode::not_found) {
    return std::move(machine).error();
  }
  WEIR_TRY(const std::string boot, kernel::read_text(files, "/proc/sys/kernel/random/boot_id"));
  binding.place.boot_id = trim(boot);
  WEIR_TRY(const std::string release, kernel::read_text(files, "/proc/sys/kernel/osrelease"));
  binding.kernel = trim(release);
  WEIR_TRY(const std::string link, files.read_link("/proc/thread-self/ns/net"));
  WEIR_TRY(binding.place.netns, parse_netns_link(link));
  // A host that hides its memory is not compared by memory.
  if (const auto memory = kernel::read_text(files, "/proc/meminfo"); memory.ok())
    binding.memory = wire::parse_memory_total(*memory).value_or(Bytes{});
  auto cookie = kernel.netlink.namespace_cookie();
  if (cookie.ok()) {
    binding.place.netns_cookie = *cookie;
  } else if (cookie.error().code != ErrorCode::unsupported) {
    return std::move(cookie).error();
  }
  return binding;
}

bool is_first_namespace(kernel::Files& files) {
  // The kernel registers it only for init_net (net/core/sysctl_net_core.c).
  return kernel::read_text(files, "/proc/sys/net/core/netdev_max_backlog").ok();
}

}  // namespace weir::act
