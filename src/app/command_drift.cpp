#include <algorithm>
#include <utility>

#include "act/steps/dispatch.h"
#include "app/change.h"
#include "app/commands.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/drift_json.h"
#include "plan/drift.h"
#include "sense/configuration.h"
#include "sense/record.h"
#include "ui/view/drift.h"

namespace weir::app {
namespace {

/// All entries with their plans; none where nothing was ever changed.
Result<std::vector<plan::AppliedPlan>> read_applied(const std::string& folder) {
  std::vector<plan::AppliedPlan> applied;
  auto journal = store::Journal::open(folder, store::Journal::Access::read);
  if (!journal.ok() && journal.error().code == ErrorCode::not_found) return applied;
  if (!journal.ok()) return std::move(journal).error();
  WEIR_TRY(auto entries, journal->entries());
  for (HistoryEntry& entry : entries) {
    WEIR_TRY(Plan plan, journal->plan(entry.id));
    applied.push_back({std::move(entry), std::move(plan)});
  }
  return applied;
}

}  // namespace

Result<ExitCode> run_drift(const Context& context) {
  const Arguments& arguments = context.arguments;
  WEIR_TRY(const auto applied, read_applied(state_folder(arguments)));
  WEIR_TRY(const auto place, open_place(arguments.place));
  auto kernel = place->kernel();
  WEIR_TRY(const Snapshot snapshot, sense::read_snapshot(kernel, {}));
  report_lost_watchdogs(context, kernel);
  auto claims = plan::collect_claims(applied, snapshot.provenance);
  std::vector<std::optional<std::string>> live;
  for (plan::DriftClaim& claim : claims.claims) {
    WEIR_TRY(act::LiveValue value, act::read_live(claim.step, kernel));
    claim.step.wanted = std::move(value.wanted);
    live.push_back(std::move(value.now));
  }
  const Drift drift =
      plan::compute_drift(claims, live, snapshot, sense::read_boot_configuration(kernel.files));
  WEIR_CHECK(arguments.json ? write_out(codec::drift_to_json(drift))
                            : show(context, ui::drift_view(drift)));
  return std::any_of(drift.rows.begin(), drift.rows.end(), is_drifted) ? ExitCode::failed
                                                                       : ExitCode::ok;
}

}  // namespace weir::app
