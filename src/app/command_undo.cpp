#include "act/confirm.h"
#include "act/heal.h"
#include "app/change.h"
#include "app/commands.h"

namespace weir::app {

Result<ExitCode> run_undo(const Context& context) {
  WEIR_TRY(Changer changer, open_changer(context, Disk::readable));
  HistoryEntry entry;
  if (context.arguments.entry) {
    WEIR_TRY(entry, changer.journal.entry(*context.arguments.entry));
  } else {
    WEIR_TRY(const auto entries, changer.journal.entries());
    WEIR_TRY(entry, act::choose_entry_to_undo(entries, context.arguments.force));
  }
  auto own = changer.own->kernel();
  WEIR_TRY(const act::Outcome outcome, act::undo_entry(entry.id, changer.journal, own, with_kernel,
                                                       {.force = context.arguments.force}));
  const std::string id = std::to_string(entry.id);
  const bool nothing = outcome.entry.state == EntryState::ended && !stands_in_files(entry);
  return show_outcome(context, outcome,
                      nothing ? "Nothing is left to undo of " + id : "Undone: " + id);
}

}  // namespace weir::app
