// `weir drift`: compares the values that weir set with the current ones and with those after the
// next boot.
#include <algorithm>
#include <utility>

#include "act/steps/steps.h"
#include "app/arguments.h"
#include "app/change.h"
#include "app/command.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/history_json.h"
#include "plan/drift.h"
#include "sense/configuration.h"
#include "sense/record.h"
#include "ui/view/history.h"

namespace weir::app {
namespace {

struct DriftOptions {
  bool json = false;
  StateOption state;
  NamespaceOption place;
};

void describe_drift(CommandBuilder& builder, DriftOptions& options) {
  builder.summary(
      "Compares the values that weir set with the current values, and with those after the next boot.");
  builder.notes(
      "Exit code: 0 everything is as weir set it, 1 something differs, 2 wrong use, 3 the host or the state folder could not be read. "
      "weir shows values that others changed, and does not touch them. "
      "Needs the right to read the state folder: root.");
  add_json_option(builder, options.json, "weir.drift/1");
  add_state_option(builder, options.state);
  add_namespace_option(builder, options.place);
}

/// All entries with their plans; empty if nothing was ever changed.
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

Result<ExitCode> run_drift(const Context& context, const DriftOptions& options) {
  WEIR_TRY(const auto applied, read_applied(state_folder(options.state)));
  WEIR_TRY(const auto place, open_namespace(options.place));
  auto kernel = place->kernel();
  WEIR_TRY(const Snapshot snapshot, sense::read_snapshot(kernel, {}));
  report_lost_watchdogs(options.state, kernel);
  auto claims = plan::collect_claims(applied, snapshot.provenance);
  std::vector<std::optional<std::string>> live;
  for (plan::DriftClaim& claim : claims.claims) {
    WEIR_TRY(act::LiveValue value, act::read_live(claim.step, kernel));
    claim.step.wanted = std::move(value.wanted);
    live.push_back(std::move(value.now));
  }
  const Drift drift =
      plan::compute_drift(claims, live, snapshot, sense::read_boot_configuration(kernel.files));
  WEIR_CHECK(options.json ? write_out(codec::drift_to_json(drift))
                          : show(context, ui::drift_view(drift)));
  return std::any_of(drift.rows.begin(), drift.rows.end(), is_drifted) ? ExitCode::failed
                                                                       : ExitCode::ok;
}

}  // namespace

Command make_drift(CommandBuilder& builder) {
  return make_command(builder, describe_drift, run_drift);
}

}  // namespace weir::app
