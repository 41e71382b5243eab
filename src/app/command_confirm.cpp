#include "act/confirm.h"
#include "app/change.h"
#include "app/commands.h"

namespace weir::app {

Result<ExitCode> run_confirm(const Context& context) {
  // No lock and no healing before it is confirmed: the deadline runs, and one transaction of the journal decides between the two who come at once.
  WEIR_TRY(auto journal, store::Journal::open(state_folder(context.arguments), store::Journal::Access::write));
  WEIR_TRY(const auto own, kernel::LinuxKernel::open_current());
  std::int64_t id = context.arguments.entry.value_or(0);
  if (!context.arguments.entry) {
    WEIR_TRY(const auto entries, journal.entries());
    WEIR_TRY(const HistoryEntry chosen, act::choose_entry_to_confirm(entries));
    id = chosen.id;
  }
  auto kernel = own->kernel();
  WEIR_TRY(act::Outcome outcome, act::confirm(id, journal, kernel.clock));
  if (act::owes_lines(outcome.entry)) write_lines(context, journal, kernel, outcome);
  const std::string over = has_lines(outcome.entry, PersistState::wanted) ? ", also over a reboot" : "";
  return show_outcome(context, outcome, "Kept " + std::to_string(id) + over + "; `weir undo " + std::to_string(id) + "` still takes it back");
}

}  // namespace weir::app
