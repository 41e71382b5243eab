#include <algorithm>

#include "app/change.h"
#include "app/commands.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/recording_json.h"
#include "codec/report_json.h"
#include "judge/judge.h"
#include "judge/sentences.h"
#include "plan/changes.h"
#include "plan/tune.h"
#include "ui/view/report.h"

namespace weir::app {

namespace {

/// On standard error: it is about this host, and not a part of the Report.
Status report_unguarded(const Context& context) {
  WEIR_TRY(const auto own, kernel::LinuxKernel::open_current());
  auto kernel = own->kernel();
  report_lost_watchdogs(context, kernel);
  return {};
}

}  // namespace

Result<ExitCode> run_check(const Context& context) {
  const Arguments& arguments = context.arguments;
  if (!arguments.config.empty()) return run_check_config(context);
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_TRY(const Recording recording, obtain_recording(context));
  if (!arguments.save.empty())
    WEIR_CHECK(write_file(arguments.save, codec::recording_to_json(recording)));
  const Report judged = judge::judge(recording, catalog, {arguments.ports, arguments.stages});
  Report report = plan::with_changes(judged, plan::tune(recording, judged, catalog));
  judge::fill_sentences(report.findings, catalog);
  WEIR_CHECK(arguments.json ? write_out(codec::report_to_json(report))
                            : show(context, ui::report_view(report)));
  if (arguments.from.empty()) WEIR_CHECK(report_unguarded(context));
  const bool alarm = std::any_of(
      report.findings.begin(), report.findings.end(),
      [&arguments](const Finding& finding) { return finding.severity >= arguments.fail_on; });
  return alarm ? ExitCode::failed : ExitCode::ok;
}

}  // namespace weir::app
