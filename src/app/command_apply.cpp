#include <unistd.h>

#include "act/transaction.h"
#include "app/change.h"
#include "app/commands.h"
#include "app/output.h"
#include "codec/plan_json.h"
#include "kernel/linux/spawn.h"
#include "sense/configuration.h"
#include "ui/view/numbers.h"
#include "ui/view/plan.h"

namespace weir::app {
namespace {

Result<ExitCode> dry_run(const Context& context, const Plan& plan, kernel::Kernel& kernel) {
  WEIR_TRY(auto differences, act::read_differences(plan, kernel));
  if (context.arguments.persist) {
    for (std::string& obstacle : act::find_persist_obstacles(plan, sense::read_boot_configuration(kernel.files), kernel))
      differences.push_back(std::move(obstacle));
  }
  ui::View view = ui::plan_view(plan, context.arguments.plan_file);
  view.blocks.emplace_back(ui::Gap{});
  const bool fits = differences.empty();
  const std::string sentence =
      fits ? "This host is as the plan expects it; it was not applied" : "This host is not as the plan expects it; it would be refused";
  view.blocks.emplace_back(ui::Paragraph{{{sentence, ui::Tone::strong}}, fits ? ui::Mark::good : ui::Mark::critical, 0});
  for (const auto& difference : differences) view.blocks.emplace_back(ui::Paragraph{{{difference}}, ui::Mark::none, 2});
  WEIR_CHECK(show(context, view));
  return fits ? ExitCode::ok : ExitCode::refused;
}

std::string success_sentence(const HistoryEntry& entry, const std::optional<Nanoseconds>& confirm_within) {
  const std::string id = std::to_string(entry.id);
  const bool persisted = has_lines(entry, PersistState::wanted);
  if (!confirm_within) return "Applied as " + id + (persisted ? ", also over a reboot" : "") + "; `weir undo " + id + "` takes it back";
  return "Applied as " + id + "; keep it with `weir confirm " + id + "` within " + ui::show_duration(*confirm_within) + ", or it undoes itself";
}

}  // namespace

Result<ExitCode> run_apply(const Context& context) {
  const Arguments& arguments = context.arguments;
  WEIR_TRY(const std::string text, read_file(arguments.plan_file));
  WEIR_TRY(const Plan plan, codec::parse_plan(text).with_context(arguments.plan_file));
  WEIR_TRY(const OpenedPlace place, open_place_of(plan, arguments.place));
  auto kernel = place.kernel->kernel();
  if (arguments.dry_run) return dry_run(context, plan, kernel);
  WEIR_TRY(Changer changer, open_changer(context));
  WEIR_TRY(const auto watchdog, kernel::DeadmanSpawner::open(kernel::find_deadman_program()));
  act::ApplyOptions options;
  options.confirm_within = arguments.confirm_within;
  options.netns_path = place.path;
  if (arguments.persist) options.persist = sense::read_boot_configuration(kernel.files);
  WEIR_TRY(options.applier, act::read_process_identity(kernel.files, getpid()));
  WEIR_TRY(const act::Outcome outcome, act::apply(plan, kernel, changer.journal, *watchdog, options));
  return show_outcome(context, outcome, success_sentence(outcome.entry, arguments.confirm_within));
}

}  // namespace weir::app
