// `weir plan`: the changes that the findings, a purpose or the user ask for, as reversible steps.
#include <algorithm>
#include <utility>

#include "app/arguments.h"
#include "app/change.h"
#include "app/command.h"
#include "app/made_by.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/plan_json.h"
#include "codec/recording_json.h"
#include "codec/report_json.h"
#include "judge/configuration.h"
#include "judge/judge.h"
#include "judge/window.h"
#include "kernel/linux/linux_kernel.h"
#include "plan/advise.h"
#include "plan/profile.h"
#include "plan/tune.h"
#include "plan/wish.h"
#include "sense/record.h"
#include "sense/sysctls.h"
#include "ui/view/plan.h"

namespace weir::app {
namespace {

struct PlanOptions {
  std::optional<Nanoseconds> window;
  std::string from;    ///< a recording or a report to plan from instead of the host
  std::string output;  ///< "-": standard output
  bool json = false;
  std::vector<std::int64_t> ports;
  NamespaceOption place;
  std::optional<plan::Profile> profile;
  std::vector<plan::Wish> wishes;
  std::vector<std::string> allowed;      ///< settings whose harmful values are allowed
  std::vector<std::string> from_config;  ///< sysctl files to plan against
  std::string rebase;                    ///< a plan to make again
};

void describe_plan(CommandBuilder& builder, PlanOptions& options) {
  builder.summary(
      "Plans the changes that the findings ask for, as reversible steps. Changes nothing.");
  builder.notes(
      "No evidence, no step: each step shows the finding or the profile that asks for it, the measurement, and the formula with this host's numbers. "
      "weir refuses harmful values and settings that it does not know, unless --allow names them. "
      "A plan is valid for the host, boot and network namespace where it was made; --rebase makes it again. "
      "Needs what `weir check` needs.");
  add_window_option(builder, options.window, " (default 3s)");
  builder.option(
      "--from", "FILE",
      "plan from this recording instead of the host, or from findings that `weir check --json` printed on this host, with its current values",
      options.from);
  builder.option("-o,--output", "FILE", "write the plan to this file (weir.plan/1)",
                 options.output);
  add_json_option(builder, options.json, "weir.plan/1");
  add_ports_option(builder, options.ports);
  add_namespace_option(builder, options.place);
  builder.choice(
      "--profile", "NAME", "add the changes for this purpose: web, proxy, bulk or latency",
      {"web", "proxy", "bulk", "latency"},
      [&options](const std::string& word) { options.profile = plan::parse_profile(word); });
  builder.repeated(
      "--set", "NAME=VALUE",
      "set this value, such as net.ipv4.tcp_retries2=10, link:eth0:ring.rx=4096 or limit:812:nofile='65536 65536'; may be repeated",
      options.wishes, plan::parse_wish);
  builder.repeated(
      "--allow", "NAME",
      "accept a harmful value of this setting, or a setting that weir does not know; may be repeated",
      options.allowed);
  builder.list(
      "--from-config", "FILE",
      "for each line of this sysctl file, show what to do on this host instead; a folder means its *.conf files",
      options.from_config);
  builder.option("--rebase", "PLAN", "make this plan again, for the host as it is now",
                 options.rebase);
  builder.exclude("--from", {"--for"});
  builder.exclude("--rebase",
                  {"--from", "--port", "--profile", "--set", "--allow", "--from-config"});
}

/// A snapshot leaves out the settings of single interfaces. Reads the old values of those that the
/// user wishes to set.
Status read_wished(const std::vector<plan::Wish>& wishes, const NamespaceOption& place,
                   Recording& recording) {
  std::vector<ConfigLine> lines;
  for (auto& name : plan::wished_sysctls(wishes)) lines.push_back({{}, 0, std::move(name), {}});
  if (lines.empty()) return {};
  WEIR_TRY(const auto opened, open_namespace(place));
  auto kernel = opened->kernel();
  sense::FileReader reader(kernel.files);
  sense::read_configured_sysctls(
      reader, lines, (recording.last ? *recording.last : recording.first).settings.sysctls);
  return {};
}

Result<std::vector<Step>> wished_steps(const Recording& recording, const Catalog& catalog,
                                       const std::vector<plan::Wish>& wishes) {
  const judge::Window window(recording);
  plan::Proposal proposal;
  WEIR_CHECK(plan::propose_wishes({window, catalog}, wishes, proposal));
  return std::move(proposal.steps);
}

/// The input of a plan.
struct Basis {
  Recording recording;
  Report report;
};

/// The findings of a report, with the current values of its host. This host must be the report's
/// host.
Result<Basis> take_report(const PlanOptions& options, Report report) {
  Plan meant;
  meant.binding.place = report.host.place;
  WEIR_TRY(const OpenedPlace place, open_place_of(meant, options.place));
  auto kernel = place.kernel->kernel();
  Basis basis;
  WEIR_TRY(basis.recording.first, sense::read_snapshot(kernel, {}));
  const Provenance& here = basis.recording.first.provenance;
  if (here.place.boot_id != report.host.place.boot_id)
    return make_error(
        ErrorCode::conflict,
        "this report comes from another host or from an earlier boot of this host; run `weir check --json` again");
  if (here.place.netns != report.host.place.netns)
    return make_error(ErrorCode::conflict,
                      "this report comes from the network namespace " +
                          std::to_string(report.host.place.netns) + ", but weir looks at " +
                          std::to_string(here.place.netns) +
                          "; name the report's namespace with --netns or --pid");
  const auto is_unwanted = [&](const Finding& finding) {
    const auto& wanted = options.ports;
    return !wanted.empty() && finding.resource.port &&
           std::find(wanted.begin(), wanted.end(), *finding.resource.port) == wanted.end();
  };
  report.findings.erase(std::remove_if(report.findings.begin(), report.findings.end(), is_unwanted),
                        report.findings.end());
  basis.report = std::move(report);
  return basis;
}

/// Reads the file of --from (a recording or a report), or watches the host.
Result<Basis> obtain_basis(const Context& context, const PlanOptions& options,
                           const Catalog& catalog) {
  Basis basis;
  if (options.from.empty()) {
    WEIR_TRY(basis.recording, watch_namespace(context, options.place, options.window));
  } else {
    WEIR_TRY(const std::string text, read_file(options.from));
    if (codec::is_report(text)) {
      WEIR_TRY(Report report, codec::parse_report(text).with_context(options.from));
      return take_report(options, std::move(report)).with_context(options.from);
    }
    WEIR_TRY(basis.recording, codec::parse_recording(text).with_context(options.from));
    if (is_given(options.place))
      return make_error(
          ErrorCode::wrong_use,
          "--from with a recording cannot be used together with --netns or --pid: a recording names its own namespace");
  }
  basis.report = judge::judge(basis.recording, catalog, {options.ports, {}});
  return basis;
}

Result<Plan> make_new_plan(const Context& context, const PlanOptions& options) {
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_CHECK(check_allowed(options.allowed, plan::wished_sysctls(options.wishes), catalog));
  WEIR_TRY(const auto own, kernel::LinuxKernel::open_current());
  auto kernel = own->kernel();
  std::vector<ConfigLine> lines;
  if (!options.from_config.empty()) {
    WEIR_TRY(lines, read_config_lines(kernel.files, options.from_config));
  }
  WEIR_TRY(Basis basis, obtain_basis(context, options, catalog));
  if (options.from.empty()) WEIR_CHECK(read_wished(options.wishes, options.place, basis.recording));
  const auto& [recording, report] = basis;
  const Snapshot& now = recording.last ? *recording.last : recording.first;
  plan::TuneOptions tuning;
  tuning.allowed.insert(options.allowed.begin(), options.allowed.end());
  WEIR_TRY(tuning.wished, wished_steps(recording, catalog, options.wishes));
  tuning.profile = options.profile;
  Plan plan = plan::tune(recording, report, catalog, tuning);
  WEIR_CHECK(plan::check_wished(tuning.wished, plan));
  plan.made_by = words_of_the_wish(context.words);
  if (!lines.empty())
    plan.lines = plan::advise(
        judge::judge_configuration(lines, machine_of(now), now.settings.sysctls, catalog), now,
        plan, catalog);
  return plan;
}

/// Makes a plan for the same wish and the host as it is now.
Result<Plan> make_plan_anew(const Context& context, PlanOptions options, const Rebase& rebase) {
  if (!options.rebase.empty()) return not_made_by_weir(rebase.file);
  // An old recording says nothing about the host now.
  options.from.clear();
  if (rebase.window) options.window = rebase.window;
  if (is_given(rebase.place)) options.place = rebase.place;
  return make_new_plan(context, options);
}

Result<ExitCode> run_plan(const Context& context, const PlanOptions& options) {
  WEIR_TRY(const Plan plan,
           options.rebase.empty()
               ? make_new_plan(context, options)
               : make_anew(context, {options.rebase, options.window, options.place}));
  const bool to_file = !options.output.empty() && options.output != "-";
  if (to_file) WEIR_CHECK(write_file(options.output, codec::plan_to_json(plan)));
  if (options.json || options.output == "-") {
    WEIR_CHECK(write_out(codec::plan_to_json(plan)));
  } else {
    WEIR_CHECK(
        show(context, ui::plan_view(plan, to_file ? options.output : "", allowed_again(plan))));
  }
  return ExitCode::ok;
}

}  // namespace

Command make_plan(CommandBuilder& builder) {
  return make_plan_command(builder, describe_plan, run_plan, make_plan_anew);
}

}  // namespace weir::app
