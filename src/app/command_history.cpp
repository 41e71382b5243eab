// `weir history`: lists the applied plans.
#include "app/arguments.h"
#include "app/change.h"
#include "app/command.h"
#include "app/output.h"
#include "codec/history_json.h"
#include "ui/view/history.h"

namespace weir::app {
namespace {

struct HistoryOptions {
  bool json = false;
  StateOption state;
};

void describe_history(CommandBuilder& builder, HistoryOptions& options) {
  builder.summary("Lists the applied plans, the newest first, with old and new values.");
  builder.notes("Needs the right to read the state folder: root.");
  add_json_option(builder, options.json, "weir.history/1");
  add_state_option(builder, options.state);
}

Result<ExitCode> run_history(const Context& context, const HistoryOptions& options) {
  std::vector<HistoryEntry> entries;
  auto journal = store::Journal::open(state_folder(options.state), store::Journal::Access::read);
  if (!journal && journal.error().code != ErrorCode::not_found) return std::move(journal).error();
  if (journal) {
    WEIR_TRY(entries, journal->entries());
  }
  WEIR_TRY(const auto own, kernel::LinuxKernel::open_current());
  auto kernel = own->kernel();
  WEIR_TRY(const BootMoment now, read_boot_moment(kernel));
  WEIR_CHECK(options.json ? write_out(codec::history_to_json(entries, now))
                          : show(context, ui::history_view(entries, now)));
  return ExitCode::ok;
}

}  // namespace

Command make_history(CommandBuilder& builder) {
  return make_command(builder, describe_history, run_history);
}

}  // namespace weir::app
