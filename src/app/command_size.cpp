#include <utility>

#include "app/commands.h"
#include "app/made_by.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/plan_json.h"
#include "codec/size_json.h"
#include "judge/defaults.h"
#include "plan/formula/files.h"
#include "plan/size.h"
#include "plan/size_capacities.h"
#include "sense/record.h"
#include "ui/view/size.h"

namespace weir::app {
namespace {

/// What the kernel of a described machine would choose by itself; what cannot be computed stays
/// unknown.
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

SizingHost described_machine(const Arguments& arguments, const Catalog& catalog,
                             const std::string& own_kernel) {
  ConfigHost machine;
  machine.described = true;
  machine.kernel_text = arguments.kernel.empty() ? own_kernel : arguments.kernel;
  machine.kernel = parse_kernel_version(machine.kernel_text).value_or(KernelVersion{});
  machine.memory = arguments.memory.value_or(Bytes{0});
  machine.cpus = arguments.cpus.value_or(0);
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

struct SizedHost {
  Sizing sizing;
  Plan plan;
};

Result<SizedHost> size_host(const Context& context) {
  const Arguments& arguments = context.arguments;
  const bool described = !arguments.kernel.empty() || arguments.memory || arguments.cpus;
  const bool to_file = !arguments.output.empty();
  if (described && to_file) {
    return make_error(
        ErrorCode::wrong_use,
        "-o writes a plan for this host and cannot be used together with --ram, --cpus or --kernel; see `weir size --help`");
  }
  if (described && !arguments.ports.empty()) {
    return make_error(
        ErrorCode::wrong_use,
        "--port names a server of this host and cannot be used together with --ram, --cpus or --kernel; see `weir size --help`");
  }
  if (arguments.goal.upstream_connections > 0 && arguments.goal.upstreams == 0) {
    return make_error(
        ErrorCode::wrong_use,
        "--keepalive-upstream is only used together with --upstream; see `weir size --help`");
  }
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_TRY(const auto place, open_place(arguments.place));
  auto kernel = place->kernel();
  WEIR_TRY(const Snapshot snapshot, sense::read_snapshot(kernel, {}));
  const auto port = arguments.ports.empty() ? std::nullopt : std::optional(arguments.ports.front());
  SizingHost host = described ? described_machine(arguments, catalog, snapshot.provenance.kernel)
                              : plan::compute_capacities(snapshot, port);
  if (port && host.listener.empty()) {
    return make_error(ErrorCode::wrong_use,
                      "nothing listens on port " + std::to_string(*port) +
                          " here; without --port no single server is looked at");
  }
  SizedHost sized;
  sized.sizing = plan::compute_sizing(arguments.goal, host);
  sized.plan = plan::make_size_plan(sized.sizing, snapshot, catalog);
  sized.plan.made_by = words_of_the_wish(arguments.words);
  return sized;
}

}  // namespace

Result<Plan> make_goal_plan(const Context& context) {
  WEIR_TRY(SizedHost sized, size_host(context));
  return std::move(sized.plan);
}

Result<ExitCode> run_size(const Context& context) {
  const Arguments& arguments = context.arguments;
  WEIR_TRY(const SizedHost sized, size_host(context));
  if (!arguments.output.empty())
    WEIR_CHECK(write_file(arguments.output, codec::plan_to_json(sized.plan)));
  if (arguments.output == "-") return ExitCode::ok;
  WEIR_CHECK(arguments.json ? write_out(codec::sizing_to_json(sized.sizing))
                            : show(context, ui::size_view(sized.sizing,
                                                          {arguments.verbose, arguments.output})));
  return ExitCode::ok;
}

}  // namespace weir::app
