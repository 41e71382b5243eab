#include "app/options.h"

#include <algorithm>

#include "app/arguments.h"
#include "base/number_text.h"
#include "base/text.h"
#include "judge/setting.h"
#include "store/journal.h"

namespace weir::app {
namespace {

/// A shorter window holds too few samples to distinguish a burst from a standing queue. Longer
/// windows are a task for the daemon.
constexpr Nanoseconds shortest_window = milliseconds(100);
constexpr Nanoseconds longest_window = seconds(24LL * 3600);

/// The full name of the setting that ends with these words; empty if none or several do.
std::string find_by_last_words(const std::string& words, const Catalog& catalog) {
  const auto& all = catalog.parameters();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Parameter& one) {
    return one.kind == ParameterKind::sysctl && one.name.find('*') == std::string::npos &&
           one.name.ends_with("." + words);
  });
  return found == all.end() ? "" : found->name;
}

}  // namespace

void add_namespace_option(CommandBuilder& builder, NamespaceOption& option) {
  builder.option("--netns", "NAME|PATH",
                 "look at this network namespace: a name of `ip netns`, or a path", option.netns);
  builder.option("--pid", "PID", "look at the network namespace of this process", option.pid,
                 number_between("--pid", 1, 1 << 30));
  builder.exclude("--netns", {"--pid"});
}

bool is_given(const NamespaceOption& option) { return !option.netns.empty() || option.pid; }

void add_state_option(CommandBuilder& builder, StateOption& option) {
  builder.option("--state", "DIR",
                 "the folder where weir records its changes (default /var/lib/weir)", option.given);
}

std::string state_folder(const StateOption& option) {
  return option.given.empty() ? store::default_state_folder : option.given;
}

std::string state_words(const StateOption& option) {
  return option.given.empty() ? "" : " --state " + option.given;
}

void add_machine_option(CommandBuilder& builder, MachineOption& option, const std::string& use) {
  builder.option(
      "--kernel", "VERSION",
      use +
          "for this kernel version instead of the running kernel; do not compare with live values",
      [&option](const std::string& text) -> Status {
        if (!parse_kernel_version(text))
          return wrong_value("--kernel takes a version such as 5.14", text);
        option.kernel = text;
        return {};
      });
  builder.option("--ram", "SIZE", use + "for a machine with this much memory, such as 64GiB",
                 option.memory, [](const std::string& text) -> Result<Bytes> {
                   const auto bytes = parse_bytes(text);
                   if (bytes && *bytes >= 1 << 20) return Bytes{*bytes};
                   return wrong_value("--ram takes a size such as 64GiB or 512MiB", text);
                 });
  builder.option("--cpus", "N", use + "for a machine with this many CPUs", option.cpus,
                 number_between("--cpus", 1, 1 << 16));
}

bool is_given(const MachineOption& option) {
  return !option.kernel.empty() || option.memory || option.cpus;
}

ConfigHost described_machine(const MachineOption& option, const std::string& own_kernel) {
  ConfigHost machine;
  machine.described = true;
  machine.kernel_text = option.kernel.empty() ? own_kernel : option.kernel;
  machine.kernel = parse_kernel_version(machine.kernel_text).value_or(KernelVersion{});
  machine.memory = option.memory.value_or(Bytes{0});
  machine.cpus = option.cpus.value_or(0);
  return machine;
}

void add_window_option(CommandBuilder& builder, std::optional<Nanoseconds>& window,
                       const std::string& standard) {
  builder.option("--for", "TIME", "how long to watch: 5s, 250ms, 2m" + standard, window,
                 time_between("--for", shortest_window, longest_window, "from 100ms to 24h"));
}

void add_ports_option(CommandBuilder& builder, std::vector<std::int64_t>& ports) {
  builder.repeated("--port", "N", "only listeners on this port; may be repeated", ports,
                   number_between("--port", 1, 65535));
}

void add_json_option(CommandBuilder& builder, bool& json, const std::string& schema) {
  builder.flag("--json", "print JSON (" + schema + ") instead of text", json);
}

void add_entry_option(CommandBuilder& builder, std::optional<std::int64_t>& entry,
                      const std::string& help) {
  builder.option("id", "ID", help, entry, number_between("ID", 1, INT64_MAX));
}

Status check_allowed(const std::vector<std::string>& names, const std::vector<std::string>& meant,
                     const Catalog& catalog) {
  for (const auto& name : names) {
    if (std::find(meant.begin(), meant.end(), name) != meant.end()) continue;
    const Parameter* parameter = catalog.find_parameter(name);
    if (parameter != nullptr && parameter->kind == ParameterKind::sysctl &&
        name.find('*') == std::string::npos)
      continue;
    std::string nearest = find_by_last_words(name, catalog);
    if (nearest.empty()) nearest = judge::suggest_parameter(name, catalog);
    const std::string hint = nearest.empty() ? "give the full name, such as net.ipv4.tcp_retries2"
                                             : "did you mean " + nearest + "?";
    return make_error(ErrorCode::wrong_use,
                      "--allow takes the name of a setting, and weir does not know \"" +
                          escape_bytes(name) + "\"; " + hint);
  }
  return {};
}

std::vector<std::string> sysctl_names(const Plan& plan) {
  std::vector<std::string> names;
  for (const Step& step : plan.steps)
    if (const auto* sysctl = std::get_if<SysctlTarget>(&step.target)) names.push_back(sysctl->name);
  return names;
}

}  // namespace weir::app
