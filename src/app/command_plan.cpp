#include <algorithm>
#include <utility>

#include "app/allowed.h"
#include "app/change.h"
#include "app/commands.h"
#include "app/config_files.h"
#include "app/made_by.h"
#include "app/observe.h"
#include "app/output.h"
#include "base/text.h"
#include "codec/plan_json.h"
#include "codec/recording_json.h"
#include "codec/report_json.h"
#include "judge/configuration.h"
#include "judge/judge.h"
#include "judge/setting.h"
#include "judge/window.h"
#include "kernel/linux/linux_kernel.h"
#include "plan/advise.h"
#include "plan/tune.h"
#include "plan/wish.h"
#include "sense/record.h"
#include "sense/sysctls.h"
#include "ui/view/plan.h"

namespace weir::app {
namespace {

Result<std::vector<plan::Wish>> parse_wishes(const Arguments& arguments) {
  std::vector<plan::Wish> wishes;
  for (const auto& text : arguments.wishes) {
    WEIR_TRY(plan::Wish wish, plan::parse_wish(text));
    wishes.push_back(std::move(wish));
  }
  return wishes;
}

/// A snapshot leaves out the settings of single interfaces; those that are wished for are needed
/// with their old values.
Status read_wished(const std::vector<plan::Wish>& wishes, const Place& place,
                   Recording& recording) {
  std::vector<ConfigLine> lines;
  for (auto& name : plan::wished_sysctls(wishes)) lines.push_back({{}, 0, std::move(name), {}});
  if (lines.empty()) return {};
  WEIR_TRY(const auto opened, open_place(place));
  auto kernel = opened->kernel();
  sense::FileReader reader(kernel.files);
  sense::read_configured_sysctls(reader, lines,
                                 (recording.last ? *recording.last : recording.first).sysctls);
  return {};
}

Result<std::vector<Step>> wished_steps(const Recording& recording, const Catalog& catalog,
                                       const std::vector<plan::Wish>& wishes) {
  const judge::Window window(recording);
  plan::Proposal proposal;
  WEIR_CHECK(plan::propose_wishes({window, catalog}, wishes, proposal));
  return std::move(proposal.steps);
}

/// What the plan is made from.
struct Basis {
  Recording recording;
  Report report;
};

/// The findings of a report with the values of its host, which must be this one, as they are now.
Result<Basis> take_report(const Context& context, Report report) {
  const Arguments& arguments = context.arguments;
  Plan meant;
  meant.binding.boot_id = report.host.boot_id;
  meant.binding.netns = report.host.netns;
  WEIR_TRY(const OpenedPlace place, open_place_of(meant, arguments.place));
  auto kernel = place.kernel->kernel();
  Basis basis;
  WEIR_TRY(basis.recording.first, sense::read_snapshot(kernel, {}));
  const Provenance& here = basis.recording.first.provenance;
  if (here.boot_id != report.host.boot_id)
    return make_error(
        ErrorCode::conflict,
        "it is a report of another host, or of this one before it was booted anew; its findings say nothing of what is here now");
  if (here.netns != report.host.netns)
    return make_error(ErrorCode::conflict, "it is a report of the network namespace " +
                                               std::to_string(report.host.netns) +
                                               ", and this is " + std::to_string(here.netns) +
                                               "; name that one with --netns or --pid");
  const auto is_unwanted = [&](const Finding& finding) {
    const auto& wanted = arguments.ports;
    return !wanted.empty() && finding.resource.port &&
           std::find(wanted.begin(), wanted.end(), *finding.resource.port) == wanted.end();
  };
  report.findings.erase(std::remove_if(report.findings.begin(), report.findings.end(), is_unwanted),
                        report.findings.end());
  basis.report = std::move(report);
  return basis;
}

/// From the file of --from, which is a recording or a report, or of the host.
Result<Basis> obtain_basis(const Context& context, const Catalog& catalog) {
  const Arguments& arguments = context.arguments;
  Basis basis;
  if (arguments.from.empty()) {
    WEIR_TRY(basis.recording, obtain_recording(context));
  } else {
    WEIR_TRY(const std::string text, read_file(arguments.from));
    if (codec::is_report(text)) {
      WEIR_TRY(Report report, codec::parse_report(text).with_context(arguments.from));
      return take_report(context, std::move(report)).with_context(arguments.from);
    }
    WEIR_TRY(basis.recording, codec::parse_recording(text).with_context(arguments.from));
    if (!arguments.place.netns.empty() || arguments.place.pid)
      return make_error(
          ErrorCode::wrong_use,
          "--from with a recording cannot be used together with --netns or --pid: a recording knows where it was made");
  }
  basis.report = judge::judge(basis.recording, catalog, {arguments.ports, {}});
  return basis;
}

Result<Plan> make_plan(const Context& context) {
  const Arguments& arguments = context.arguments;
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_TRY(const auto wishes, parse_wishes(arguments));
  WEIR_CHECK(check_allowed(arguments.allowed, plan::wished_sysctls(wishes), catalog));
  WEIR_TRY(const auto own, kernel::LinuxKernel::open_current());
  auto kernel = own->kernel();
  std::vector<ConfigLine> lines;
  if (!arguments.from_config.empty()) {
    WEIR_TRY(lines, read_config_lines(kernel.files, arguments.from_config));
  }
  WEIR_TRY(Basis basis, obtain_basis(context, catalog));
  if (arguments.from.empty()) WEIR_CHECK(read_wished(wishes, arguments.place, basis.recording));
  const auto& [recording, report] = basis;
  const Snapshot& now = recording.last ? *recording.last : recording.first;
  plan::TuneOptions options;
  options.allowed.insert(arguments.allowed.begin(), arguments.allowed.end());
  WEIR_TRY(options.wished, wished_steps(recording, catalog, wishes));
  options.profile = plan::parse_profile(arguments.profile);
  Plan plan = plan::tune(recording, report, catalog, options);
  WEIR_CHECK(plan::check_wished(options.wished, plan));
  plan.made_by = words_of_the_wish(arguments.words);
  if (!lines.empty())
    plan.lines =
        plan::advise(judge::judge_configuration(lines, config_host(now), now.sysctls, catalog), now,
                     plan, catalog);
  return plan;
}

/// What the old plan did and the new one does not.
void note_what_is_gone(const Plan& old, Plan& plan) {
  for (const auto& step : old.steps) {
    const auto same = [&](const Step& other) {
      return step_kind(other) == step_kind(step) &&
             step_target_name(other) == step_target_name(step);
    };
    if (std::none_of(plan.steps.begin(), plan.steps.end(), same))
      plan.notes.push_back(step_target_name(step) + ": no step any more; the old plan went from " +
                           step.expected + " to " + step.wanted + " because of " + step.finding);
  }
}

/// The same wish, asked of the host as it is now.
Result<Plan> rebase(const Context& context) {
  const std::string& file = context.arguments.rebase;
  WEIR_TRY(const std::string text, read_file(file));
  WEIR_TRY(const Plan old, codec::parse_plan(text).with_context(file));
  WEIR_TRY(const auto parsed,
           parse_arguments(old.made_by.empty() ? std::vector<std::string>{"plan"} : old.made_by)
               .with_context(file));
  const auto* wish = std::get_if<Arguments>(&parsed);
  const bool is_known = wish != nullptr &&
                        (wish->command == Command::plan || wish->command == Command::size) &&
                        wish->rebase.empty();
  if (!is_known)
    return make_error(
        ErrorCode::wrong_use,
        file + " was made by neither `weir plan` nor `weir size`; make it anew with what made it");
  Arguments arguments = *wish;
  // A recording of then says nothing of now.
  arguments.from.clear();
  if (context.arguments.window) arguments.window = context.arguments.window;
  if (!context.arguments.place.netns.empty() || context.arguments.place.pid)
    arguments.place = context.arguments.place;
  const Context anew{arguments, context.environment, context.terminal};
  WEIR_TRY(Plan plan, arguments.command == Command::size ? make_goal_plan(anew) : make_plan(anew));
  note_what_is_gone(old, plan);
  if (plan.steps.empty() && !old.steps.empty())
    return make_error(
        ErrorCode::not_found,
        "no step of " + file + " is left, so nothing is written: " + join_texts(plan.notes, "; "));
  return plan;
}

}  // namespace

Result<ExitCode> run_plan(const Context& context) {
  const Arguments& arguments = context.arguments;
  WEIR_TRY(const Plan plan, arguments.rebase.empty() ? make_plan(context) : rebase(context));
  const bool to_file = !arguments.output.empty() && arguments.output != "-";
  if (to_file) WEIR_CHECK(write_file(arguments.output, codec::plan_to_json(plan)));
  if (arguments.json || arguments.output == "-") {
    WEIR_CHECK(write_out(codec::plan_to_json(plan)));
  } else {
    WEIR_CHECK(
        show(context, ui::plan_view(plan, to_file ? arguments.output : "", allowed_again(plan))));
  }
  return ExitCode::ok;
}

}  // namespace weir::app
