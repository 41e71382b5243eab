// `weir size`: what a load needs at each stage, what breaks first, and which settings raise the
// limits.
#include <array>
#include <string_view>
#include <utility>

#include "app/arguments.h"
#include "app/command.h"
#include "app/made_by.h"
#include "app/observe.h"
#include "app/output.h"
#include "base/number_text.h"
#include "base/text.h"
#include "codec/plan_json.h"
#include "codec/size_json.h"
#include "judge/defaults.h"
#include "model/sizing.h"
#include "plan/formula/tables.h"
#include "plan/size.h"
#include "sense/record.h"
#include "ui/view/size.h"

namespace weir::app {
namespace {

/// A thousand times more than any machine has, and far below the largest integer.
constexpr std::int64_t most_connections = 10'000'000'000;
constexpr std::int64_t most_rate = 1'000'000'000;
constexpr std::int64_t most_bandwidth = 1'000'000'000'000'000;
constexpr Nanoseconds longest_round_trip = seconds(60);
constexpr std::int64_t most_upstreams = 1'000'000;
constexpr std::int64_t most_workers = 65'536;
constexpr std::int64_t most_application = std::int64_t{1} << 40;

/// Sets `target` to the number if it lies between the ends.
Status take_number(std::optional<std::int64_t> number, std::int64_t least, std::int64_t most,
                   const std::string& expected, const std::string& text, std::int64_t& target) {
  if (!number || *number < least || *number > most) return wrong_value(expected, text);
  target = *number;
  return {};
}

Status take_connections(const std::string& text, SizingGoal& goal) {
  return take_number(parse_count(text), 1, most_connections,
                     "--connections takes a number such as 1000000, 1M or 50k, up to 10G", text,
                     goal.connections);
}

Status take_rate(const std::string& text, SizingGoal& goal) {
  return take_number(parse_per_second(text), 1, most_rate,
                     "--rate takes new connections a second such as 50000/s or 50k/s, up to 1G/s",
                     text, goal.rate.count);
}

Status take_round_trip(const std::string& text, SizingGoal& goal) {
  return take_number(parse_duration_ns(text), 1000, longest_round_trip.count,
                     "--rtt takes a time such as 50ms or 100us, from 1us to 60s", text,
                     goal.round_trip.count);
}

Status take_bandwidth(const std::string& text, SizingGoal& goal) {
  return take_number(
      parse_bits_per_second(text), 1000, most_bandwidth,
      "--bandwidth takes a rate such as 10Gbit/s or 400Mbit/s, from 1kbit/s to 1000Tbit/s", text,
      goal.bandwidth.count);
}

Status take_idle(const std::string& text, SizingGoal& goal) {
  return take_number(parse_permille(text), 0, 1000,
                     "--idle takes a share such as 95% or 99.9%, from 0% to 100%", text,
                     goal.idle_permille);
}

Status take_flow(const std::string& text, SizingGoal& goal) {
  BitsPerSecond flow;
  WEIR_CHECK(take_number(parse_bits_per_second(text), 1000, most_bandwidth,
                         "--flow takes a rate such as 1Gbit/s, from 1kbit/s to 1000Tbit/s", text,
                         flow.count));
  goal.flow = flow;
  return {};
}

Status take_upstreams(const std::string& text, SizingGoal& goal) {
  return take_number(parse_count(text), 1, most_upstreams,
                     "--upstream takes a number of destinations from 1 to 1M", text,
                     goal.upstreams);
}

Status take_upstream_connections(const std::string& text, SizingGoal& goal) {
  return take_number(parse_count(text), 1, most_connections,
                     "--keepalive-upstream takes a number of connections such as 2000, up to 10G",
                     text, goal.upstream_connections);
}

Status take_workers(const std::string& text, SizingGoal& goal) {
  return take_number(parse_count(text), 1, most_workers,
                     "--workers takes a number of processes from 1 to 65536", text, goal.workers);
}

Status take_application(const std::string& text, SizingGoal& goal) {
  return take_number(parse_bytes(text), 0, most_application,
                     "--app-memory takes a size such as 20KiB, up to 1TiB", text,
                     goal.application.count);
}

Status take_pause(const std::string& text, SizingGoal& goal) {
  return take_number(parse_duration_ns(text), 1000, longest_round_trip.count,
                     "--pause takes a time such as 100ms, from 1us to 60s", text, goal.pause.count);
}

/// An option of the goal.
struct GoalOption {
  const char* name;
  const char* value;
  const char* help;
  bool required;
  Status (*take)(const std::string& text, SizingGoal& goal);
};

constexpr std::array goal_options{
    GoalOption{"--connections", "N",
               "connections open at the same time, with the idle ones: 1000000, 1M, 50k", true,
               take_connections},
    GoalOption{"--rate", "N/s", "new connections a second: 50000/s, 50k/s", true, take_rate},
    GoalOption{"--rtt", "TIME", "round-trip time to the clients: 50ms, 100us", true,
               take_round_trip},
    GoalOption{"--bandwidth", "RATE", "payload of all connections together: 10Gbit/s, 400Mbit/s",
               true, take_bandwidth},
    GoalOption{"--idle", "SHARE",
               "share of the connections that transfer nothing at the moment (default 95%)", false,
               take_idle},
    GoalOption{"--flow", "RATE",
               "the rate that one connection must reach (default: its share of the bandwidth)",
               false, take_flow},
    GoalOption{
        "--upstream", "N",
        "pass each connection on to one of N destinations (address and port), as a proxy does",
        false, take_upstreams},
    GoalOption{
        "--keepalive-upstream", "N",
        "connections kept open to all upstreams together; without it, each is closed after use",
        false, take_upstream_connections},
    GoalOption{"--workers", "N", "processes that share the connections (default 1)", false,
               take_workers},
    GoalOption{"--app-memory", "SIZE", "the application's memory for each connection: 20KiB", false,
               take_application},
    GoalOption{"--pause", "TIME",
               "the longest time without accept() in the application (default 100ms)", false,
               take_pause}};

struct SizeOptions {
  SizingGoal goal;
  std::optional<std::int64_t> port;
  std::string output;  ///< "-": standard output
  bool verbose = false;
  bool json = false;
  MachineOption machine;
  NamespaceOption place;
};

void describe_size(CommandBuilder& builder, SizeOptions& options) {
  builder.summary(
      "Shows what a load needs at each stage, what breaks first and at which load, and which settings raise that limit.");
  builder.notes(
      "Exit code: 0 also when the load does not fit, 1 the host could not be read, 2 wrong use. "
      "Computes for this host. With --ram, --cpus and --kernel it computes for another machine with its kernel's default settings. "
      "Changes nothing. "
      "Needs what `weir check` needs.");
  for (const GoalOption& one : goal_options) {
    builder.option(one.name, one.value, one.help, [&options, &one](const std::string& text) {
      return one.take(text, options.goal);
    });
    if (one.required) builder.require(one.name);
  }
  builder.option("--port", "N", "use the backlog and the limit of files of the server on this port",
                 options.port, number_between("--port", 1, 65535));
  builder.option(
      "-o,--output", "FILE",
      "write the settings of this host as a plan to this file (weir.plan/1); - is standard output",
      options.output);
  builder.flag("-v,--verbose", "show every need with its formula", options.verbose);
  add_json_option(builder, options.json, "weir.size/1");
  add_machine_option(builder, options.machine, "size ");
  add_namespace_option(builder, options.place);
}

/// The kernel's own defaults on a described machine. A value that cannot be computed stays unknown.
std::map<std::string, std::string> default_sysctls(const Catalog& catalog,
                                                   const ConfigHost& machine) {
  const auto facts = judge::compute_facts(machine);
  std::map<std::string, std::string> sysctls;
  for (const auto& parameter : catalog.parameters()) {
    if (parameter.kind != ParameterKind::sysctl) continue;
    auto choice = judge::compute_default(parameter, facts);
    if (!choice.text.empty()) sysctls.emplace(parameter.name, std::move(choice.text));
  }
  return sysctls;
}

SizingHost sizing_host(const ConfigHost& machine, const Catalog& catalog) {
  SizingHost host;
  host.described = true;
  host.kernel_text = machine.kernel_text;
  host.kernel = machine.kernel;
  host.memory = machine.memory;
  host.cpus = machine.cpus;
  host.sysctls = default_sysctls(catalog, machine);
  host.file_limit = plan::formula::initial_file_limit;
  return host;
}

/// Checks that parse_arguments() cannot make.
Status check_combination(const SizeOptions& options) {
  if (is_given(options.machine) && !options.output.empty()) {
    return make_error(
        ErrorCode::wrong_use,
        "-o writes a plan for this host, so it cannot be used together with --ram, --cpus or --kernel; see `weir size --help`");
  }
  if (is_given(options.machine) && options.port) {
    return make_error(
        ErrorCode::wrong_use,
        "--port names a server of this host, so it cannot be used together with --ram, --cpus or --kernel; see `weir size --help`");
  }
  if (options.goal.upstream_connections > 0 && options.goal.upstreams == 0) {
    return make_error(
        ErrorCode::wrong_use,
        "--keepalive-upstream is only used together with --upstream; see `weir size --help`");
  }
  return {};
}

struct SizedHost {
  Sizing sizing;
  Plan plan;
};

Result<SizedHost> size_host(const Context& context, const SizeOptions& options) {
  WEIR_CHECK(check_combination(options));
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_TRY(const auto place, open_namespace(options.place));
  auto kernel = place->kernel();
  WEIR_TRY(const Snapshot snapshot, sense::read_snapshot(kernel, {}));
  SizingHost host =
      is_given(options.machine)
          ? sizing_host(described_machine(options.machine, snapshot.provenance.kernel), catalog)
          : plan::compute_capacities(snapshot, options.port);
  if (options.port && host.listener.empty()) {
    return make_error(ErrorCode::wrong_use,
                      "nothing listens on port " + std::to_string(*options.port) +
                          " here; leave out --port to size the host without a server");
  }
  SizedHost sized;
  sized.sizing = plan::compute_sizing(options.goal, host);
  sized.plan = plan::make_size_plan(sized.sizing, snapshot, catalog);
  sized.plan.made_by = words_of_the_wish(context.words);
  return sized;
}

Result<Plan> make_size_plan_anew(const Context& context, SizeOptions options,
                                 const Rebase& rebase) {
  if (is_given(rebase.place)) options.place = rebase.place;
  WEIR_TRY(SizedHost sized, size_host(context, options));
  return std::move(sized.plan);
}

Result<ExitCode> run_size(const Context& context, const SizeOptions& options) {
  WEIR_TRY(const SizedHost sized, size_host(context, options));
  if (!options.output.empty())
    WEIR_CHECK(write_file(options.output, codec::plan_to_json(sized.plan)));
  if (options.output == "-") return ExitCode::ok;
  WEIR_CHECK(options.json
                 ? write_out(codec::sizing_to_json(sized.sizing))
                 : show(context, ui::size_view(sized.sizing, {options.verbose, options.output})));
  return ExitCode::ok;
}

}  // namespace

Command make_size(CommandBuilder& builder) {
  return make_plan_command(builder, describe_size, run_size, make_size_plan_anew);
}

}  // namespace weir::app
