#include "act/world.h"

#include <string_view>
#include <vector>

#include "base/text.h"
#include "kernel/wire/host.h"

namespace weir::act {
namespace {

struct ProcessStat {
  char state = '?';
  std::int64_t start_time = 0;
};

/// /proc/PID/stat (proc(5)): the command stands in brackets and may hold any byte, so what follows
/// is counted from the last bracket.
Result<ProcessStat> read_process_stat(kernel::Files& files, std::int64_t pid) {
  constexpr std::size_t state_field = 0;   // field 3 of the line
  constexpr std::size_t start_field = 19;  // field 22
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  WEIR_TRY(const std::string text, kernel::read_text(files, path));
  const std::size_t bracket = text.rfind(')');
  if (bracket == std::string::npos)
    return make_error(ErrorCode::malformed, path + " has no command");
  const auto fields = split_words(std::string_view(text).substr(bracket + 1));
  const auto start =
      fields.size() > start_field ? parse_integer(fields[start_field]) : std::nullopt;
  if (!start || fields[state_field].size() != 1)
    return make_error(ErrorCode::malformed, path + " has too few fields");
  return ProcessStat{fields[state_field][0], *start};
}

}  // namespace

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
  // A host that hides it is not compared by it.
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
  // The kernel registers it for init_net alone (net/core/sysctl_net_core.c).
  return kernel::read_text(files, "/proc/sys/net/core/netdev_max_backlog").ok();
}

Result<ProcessIdentity> read_process_identity(kernel::Files& files, std::int64_t pid) {
  WEIR_TRY(const ProcessStat stat, read_process_stat(files, pid));
  return ProcessIdentity{pid, stat.start_time};
}

bool is_process_alive(kernel::Files& files, const ProcessIdentity& process) {
  const auto stat = read_process_stat(files, process.pid);
  // A stat that cannot be read for another reason than absence is taken for alive: the watchdog
  // would otherwise undo under a living applier.
  if (!stat.ok())
    return stat.error().code != ErrorCode::not_found && stat.error().code != ErrorCode::gone;
  return stat->start_time == process.start_time && stat->state != 'Z' && stat->state != 'X';
}

}  // namespace weir::act
