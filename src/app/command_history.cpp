#include "app/change.h"
#include "app/commands.h"
#include "app/output.h"
#include "codec/history_json.h"
#include "ui/view/history.h"

namespace weir::app {

Result<ExitCode> run_history(const Context& context) {
  std::vector<HistoryEntry> entries;
  auto journal =
      store::Journal::open(state_folder(context.arguments), store::Journal::Access::read);
  if (!journal && journal.error().code != ErrorCode::not_found) return std::move(journal).error();
  if (journal) {
    WEIR_TRY(entries, journal->entries());
  }
  WEIR_TRY(const auto own, kernel::LinuxKernel::open_current());
  auto kernel = own->kernel();
  WEIR_TRY(const BootMoment now, read_boot_moment(kernel));
  WEIR_CHECK(context.arguments.json ? write_out(codec::history_to_json(entries, now))
                                    : show(context, ui::history_view(entries, now)));
  return ExitCode::ok;
}

}  // namespace weir::app
