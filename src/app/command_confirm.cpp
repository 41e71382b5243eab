// `weir confirm`: keeps changes that were applied with a deadline.
#include <utility>

#include "act/confirm.h"
#include "act/heal.h"
#include "act/steps/steps.h"
#include "app/arguments.h"
#include "app/change.h"
#include "app/command.h"

namespace weir::app {
namespace {

struct ConfirmOptions {
  std::optional<std::int64_t> entry;
  StateOption state;
};

void describe_confirm(CommandBuilder& builder, ConfirmOptions& options) {
  builder.summary("Keeps changes that were applied with --confirm-within.");
  builder.notes(
      "Exit code: 0 kept, 1 failed, 2 wrong use, 4 too late or nothing to confirm. After 1 the changes may be kept only until the next boot: the text says so, and the same command tries again. When it is too late, the old values are back. "
      "Needs root.");
  add_entry_option(
      builder, options.entry,
      "the number shown by `weir apply` and `weir history` (default: the newest entry that waits)");
  add_state_option(builder, options.state);
}

Result<HistoryEntry> choose_entry(const ConfirmOptions& options, store::Journal& journal) {
  if (options.entry) return journal.entry(*options.entry);
  WEIR_TRY(const auto entries, journal.entries());
  return act::choose_entry_to_confirm(entries);
}

/// Too late: restores the old values, whether or not the watchdog has done so.
Result<ExitCode> undo_overdue(const StateOption& state, std::int64_t id) {
  WEIR_TRY(Changer changer, open_changer(state, Disk::readable));
  WEIR_TRY(const HistoryEntry entry, changer.journal.entry(id));
  return make_error(ErrorCode::conflict,
                    "entry " + std::to_string(id) +
                        " cannot be confirmed: its deadline has passed; it is " +
                        describe_state(entry, {entry.place.boot_id, {}}));
}

/// The names of the steps that have their old value instead of the value that weir set.
Result<std::vector<std::string>> find_put_back(const HistoryEntry& entry, const Plan& plan,
                                               kernel::Kernel& kernel) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < plan.steps.size() && i < entry.steps.size(); ++i) {
    WEIR_TRY(const auto target, act::find_target(plan.steps[i], kernel));
    const auto now = target->read();
    if (!now.ok() || target->matches(*now, plan.steps[i].wanted)) continue;
    if (target->matches(*now, entry.steps[i].old_value.value_or(plan.steps[i].expected)))
      names.push_back(entry.steps[i].target);
  }
  return names;
}

/// A watchdog that cannot record its verdict (a full disk) still restores the old values. Around
/// the deadline, the kernel's values decide the answer.
Status check_kept(const act::Outcome& outcome, store::Journal& journal, kernel::Kernel& own) {
  const HistoryEntry& entry = outcome.entry;
  if (!entry.deadline || own.clock.boot_time() < *entry.deadline) return {};
  WEIR_TRY(const Plan plan, journal.plan(entry.id));
  std::vector<std::string> put_back;
  WEIR_CHECK(act::with_entry_kernel(entry, plan.binding, own, with_kernel,
                                    [&](kernel::Kernel& kernel) -> Status {
                                      WEIR_TRY(put_back, find_put_back(entry, plan, kernel));
                                      return {};
                                    }));
  if (put_back.empty()) return {};
  return make_error(ErrorCode::io, "entry " + std::to_string(entry.id) +
                                       " was not kept: its deadline passed first, and " +
                                       join_texts(put_back, ", ") + " again has the old value");
}

Result<ExitCode> run_confirm(const Context& context, const ConfirmOptions& options) {
  // Confirm before taking the lock and before healing: the deadline runs.
  WEIR_TRY(auto journal,
           store::Journal::open(state_folder(options.state), store::Journal::Access::write));
  WEIR_TRY(const auto own, kernel::LinuxKernel::open_current());
  auto kernel = own->kernel();
  WEIR_TRY(const HistoryEntry chosen, choose_entry(options, journal));
  const std::int64_t id = chosen.id;
  WEIR_TRY(const BootMoment now, read_boot_moment(kernel));
  if (is_overdue(chosen, now)) return undo_overdue(options.state, id);
  WEIR_TRY(act::Outcome outcome, act::confirm(id, journal, kernel.clock));
  WEIR_CHECK(check_kept(outcome, journal, kernel));
  if (act::owes_lines(outcome.entry)) write_lines(options.state, journal, kernel, outcome);
  const std::string over =
      has_lines(outcome.entry, PersistState::wanted) ? ", also after a reboot" : "";
  return show_outcome(context, outcome,
                      "Kept " + std::to_string(id) + over + "; `weir undo " + std::to_string(id) +
                          "` still undoes it");
}

}  // namespace

Command make_confirm(CommandBuilder& builder) {
  return make_command(builder, describe_confirm, run_confirm);
}

}  // namespace weir::app
