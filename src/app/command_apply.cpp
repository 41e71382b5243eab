#include <algorithm>
#include <array>
#include <ctime>

#include <unistd.h>

#include "act/transaction.h"
#include "app/change.h"
#include "app/commands.h"
#include "app/order.h"
#include "app/output.h"
#include "app/probe_command.h"
#include "codec/plan_json.h"
#include "kernel/linux/spawn.h"
#include "sense/configuration.h"
#include "ui/view/numbers.h"
#include "ui/view/plan.h"

namespace weir::app {
namespace {

/// How long what can cut traffic stays when the user says nothing: time to see that one can still log in.
constexpr Nanoseconds standard_confirmation = seconds(120);
constexpr Nanoseconds longest_probe = seconds(30);
/// Of the time until the deadline, what a probe may take: at the deadline itself the watchdog ends an applier that has not come to its end.
constexpr std::int64_t probe_numerator = 3, probe_denominator = 4;

ExitCode changed_code(const Arguments& arguments) { return arguments.detailed_exit_code ? ExitCode::changed : ExitCode::ok; }

Result<ExitCode> say_unchanged(const Context& context) {
  ui::View view;
  view.blocks.emplace_back(
      ui::Paragraph{{{"Nothing to do: this host already has what the plan wants; nothing was changed", ui::Tone::strong}}, ui::Mark::good, 0});
  WEIR_CHECK(show(context, view));
  return ExitCode::ok;
}

Result<ExitCode> dry_run(const Context& context, const Plan& plan, kernel::Kernel& kernel) {
  WEIR_TRY(auto differences, act::read_differences(plan, kernel));
  if (context.arguments.persist) {
    for (std::string& obstacle : act::find_persist_obstacles(plan, sense::read_boot_configuration(kernel.files), kernel))
      differences.push_back(std::move(obstacle));
  }
  if (differences.empty() && plan.steps.empty()) return say_unchanged(context);
  ui::View view = ui::plan_view(plan, context.arguments.plan_file);
  view.blocks.emplace_back(ui::Gap{});
  const bool fits = differences.empty();
  const std::string sentence =
      fits ? "This host is as the plan expects it; it was not applied" : "This host is not as the plan expects it; it would be refused";
  view.blocks.emplace_back(ui::Paragraph{{{sentence, ui::Tone::strong}}, fits ? ui::Mark::good : ui::Mark::critical, 0});
  for (const auto& difference : differences) view.blocks.emplace_back(ui::Paragraph{{{difference}}, ui::Mark::none, 2});
  WEIR_CHECK(show(context, view));
  return fits ? changed_code(context.arguments) : ExitCode::refused;
}

/// What is kept over reboots already, for a plan that is to be.
Result<std::optional<act::StandingLines>> read_standing(const Arguments& arguments) {
  if (!arguments.persist) return std::optional<act::StandingLines>();
  auto journal = store::Journal::open(state_folder(arguments), store::Journal::Access::read);
  if (!journal.ok() && journal.error().code == ErrorCode::not_found) return std::optional(act::StandingLines());
  if (!journal.ok()) return std::move(journal).error();
  WEIR_TRY(act::StandingLines lines, act::read_standing_lines(*journal));
  return std::optional(std::move(lines));
}

bool can_cut(const Plan& plan) {
  return std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) { return step.can_cut_traffic || can_cut_traffic(step.target); });
}

/// "21:14:05" on this host's clock.
std::string local_time(Nanoseconds wall) {
  const std::time_t second = wall.count / nanoseconds_per_second;
  std::tm parts{};
  if (localtime_r(&second, &parts) == nullptr) return "the deadline";
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S", &parts)};
}

std::string success_sentence(const Arguments& arguments, const HistoryEntry& entry, const std::optional<Nanoseconds>& confirm_within, Nanoseconds now) {
  const std::string id = std::to_string(entry.id);
  const std::string over = has_lines(entry, PersistState::wanted) ? ", also over a reboot" : "";
  const std::string state = arguments.state_folder.empty() ? "" : " --state " + arguments.state_folder;
  if (!confirm_within) return "Applied as " + id + over + "; `weir undo " + id + state + "` takes it back";
  return "Applied as " + id + "; keep it with `weir confirm " + id + state + "` within " + ui::show_duration(*confirm_within) + ", before " +
         local_time(now + *confirm_within) + ", or it undoes itself";
}

act::ApplyOptions apply_options(const Arguments& arguments, const Plan& plan, const std::string& netns_path) {
  act::ApplyOptions options;
  options.confirm_within = arguments.confirm_within;
  if (!options.confirm_within && !arguments.no_confirm && can_cut(plan)) options.confirm_within = standard_confirmation;
  options.unconfirmed_cut = arguments.no_confirm;
  options.netns_path = netns_path;
  if (!arguments.probe.empty()) {
    Nanoseconds limit = longest_probe;
    if (options.confirm_within) limit = std::min(limit, Nanoseconds{options.confirm_within->count / probe_denominator * probe_numerator});
    options.probe = [command = arguments.probe, limit] { return run_probe(command, limit); };
  }
  return options;
}

}  // namespace

Result<ExitCode> run_apply(const Context& context) {
  const Arguments& arguments = context.arguments;
  WEIR_TRY(const std::string text, read_order(arguments.plan_file, context.environment.invoker));
  WEIR_TRY(const Plan whole, codec::parse_plan(text).with_context(arguments.plan_file));
  WEIR_TRY(const OpenedPlace place, open_place_of(whole, arguments.place));
  auto kernel = place.kernel->kernel();
  WEIR_TRY(const auto standing, read_standing(arguments));
  WEIR_TRY(const Plan plan, act::remaining_steps(whole, kernel, standing));
  if (arguments.dry_run) return dry_run(context, plan, kernel);
  if (plan.steps.empty()) {
    WEIR_TRY(const auto differences, act::read_differences(plan, kernel));
    if (differences.empty()) return say_unchanged(context);
    return make_error(ErrorCode::conflict, "the plan does not fit any more, so nothing was changed: " + differences.front());
  }
  WEIR_TRY(Changer changer, open_changer(context));
  WEIR_TRY(const auto watchdog, kernel::DeadmanSpawner::open(kernel::find_deadman_program()));
  act::ApplyOptions options = apply_options(arguments, plan, place.path);
  if (arguments.persist) options.persist = sense::read_boot_configuration(kernel.files);
  WEIR_TRY(options.applier, act::read_process_identity(kernel.files, getpid()));
  WEIR_TRY(const act::Outcome outcome, act::apply(plan, kernel, changer.journal, *watchdog, options));
  WEIR_TRY(const ExitCode code, show_outcome(context, outcome, success_sentence(arguments, outcome.entry, options.confirm_within, kernel.clock.wall_time())));
  return code == ExitCode::ok ? changed_code(arguments) : code;
}

}  // namespace weir::app
