// `weir undo`: puts back what was there before a plan was applied.
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
  builder.summary("Puts back what was there before a plan was applied.");
  builder.notes(
      "Exit code: 0 undone, 1 undone in part or failed, 2 wrong use, 4 there is nothing to undo in this state. "
      "What somebody else changed since stays as it is and is named; "
      "`weir undo --force` finds that entry and puts it back as well. "
      "Works on a full or read-only disk: the values come first. "
      "Lines that --persist wrote are taken out, also those of an entry of an earlier boot. "
      "What the kernel changed together with a step is put back as well. "
      "An entry whose network namespace is gone is over; where weir may not look everywhere for the namespace, the undo fails, says where, and can be tried again. "
      "Needs root.");
  add_entry_option(
      builder, options.entry,
      "the number that `weir apply` and `weir history` show; without it, the newest that can be undone");
  builder.flag("--force", "also put back what somebody else changed since", options.force);
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
                      nothing ? "Nothing is left to undo of " + id : "Undone: " + id);
}

}  // namespace

Command make_undo(CommandBuilder& builder) {
  return make_command(builder, describe_undo, run_undo);
}

}  // namespace weir::app
