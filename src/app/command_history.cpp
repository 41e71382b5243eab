#include "app/change.h"
#include "app/commands.h"
#include "app/output.h"
#include "codec/history_json.h"
#include "ui/view/history.h"

namespace weir::app {

Result<ExitCode> run_history(const Context& context) {
  std::vector<HistoryEntry> entries;
  auto journal = store::Journal::open(state_folder(context.arguments), store::Journal::Access::read);
  if (!journal && journal.error().code != ErrorCode::not_found) return std::move(journal).error();
  if (journal) {
    WEIR_TRY(entries, journal->entries());
  }
  WEIR_CHECK(context.arguments.json ? write_out(codec::history_to_json(entries)) : show(context, ui::history_view(entries)));
  return ExitCode::ok;
}

}  // namespace weir::app
