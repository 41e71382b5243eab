// `weir undo`: restores the values from before a plan was applied.
#include "act/confirm.h"
#include "act/heal.h"
#include "app/arguments.h"
#include "app/change.h"
#include "app/command.h"

namespace weir::app {
namespace {

struct UndoOptions {
  std::optional<std::int64_t> entry;
  bool force = false;
  StateOption state;
};

void describe_undo(CommandBuilder& builder, UndoOptions& options) {
  builder.summary("Restores the values from before a plan was applied.");
  builder.notes(
      "Exit code: 0 undone, 1 failed or undone only in part, 2 wrong use, 4 nothing to undo in this state. "
      "weir names the values that others changed since, and leaves them as they are; "
      "`weir undo --force` restores them as well. "
      "Works on a full or read-only disk: weir restores the values first. "
      "weir removes the lines that --persist wrote, even those from an earlier boot. "
      "It also restores values that the kernel changed together with a step. "
      "An entry ends when its network namespace is gone. If weir may not search everywhere for that namespace, undo fails and names the place; you can try again. "
      "Needs root.");
  add_entry_option(
      builder, options.entry,
      "the number shown by `weir apply` and `weir history` (default: the newest entry that can be undone)");
  builder.flag("--force", "also restore values that others changed since", options.force);
  add_state_option(builder, options.state);
}

Result<ExitCode> run_undo(const Context& context, const UndoOptions& options) {
  WEIR_TRY(Changer changer, open_changer(options.state, Disk::readable));
  HistoryEntry entry;
  if (options.entry) {
    WEIR_TRY(entry, changer.journal.entry(*options.entry));
  } else {
    WEIR_TRY(const auto entries, changer.journal.entries());
    WEIR_TRY(entry, act::choose_entry_to_undo(entries, options.force));
  }
  auto own = changer.own->kernel();
  WEIR_TRY(const act::Outcome outcome,
           act::undo_entry(entry.id, changer.journal, own, with_kernel, {.force = options.force}));
  const std::string id = std::to_string(entry.id);
  const bool nothing = outcome.entry.state == EntryState::ended && !stands_in_files(entry);
  return show_outcome(context, outcome,
                      nothing ? "Nothing is left to undo in entry " + id : "Undone: " + id);
}

}  // namespace

Command make_undo(CommandBuilder& builder) {
  return make_command(builder, describe_undo, run_undo);
}

}  // namespace weir::app
