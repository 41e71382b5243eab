#include "act/confirm.h"
#include "app/change.h"
#include "app/commands.h"

namespace weir::app {

Result<ExitCode> run_confirm(const Context& context) {
  WEIR_TRY(Changer changer, open_changer(context));
  std::int64_t id = context.arguments.entry.value_or(0);
  if (!context.arguments.entry) {
    WEIR_TRY(const auto entries, changer.journal.entries());
    WEIR_TRY(const HistoryEntry chosen, act::choose_entry_to_confirm(entries));
    id = chosen.id;
  }
  auto kernel = changer.own->kernel();
  WEIR_TRY(const act::Outcome outcome, act::confirm(id, changer.journal, kernel.clock));
  return show_outcome(context, outcome, "Kept " + std::to_string(id) + "; `weir undo " + std::to_string(id) + "` still takes it back");
}

}  // namespace weir::app
