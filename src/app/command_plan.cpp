#include "app/commands.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/plan_json.h"
#include "judge/judge.h"
#include "plan/tune.h"
#include "ui/view/plan.h"

namespace weir::app {

Result<ExitCode> run_plan(const Context& context) {
  const Arguments& arguments = context.arguments;
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_TRY(const Recording recording, obtain_recording(context));
  const Report report = judge::judge(recording, catalog, {arguments.ports, {}});
  const Plan plan = plan::tune(recording, report, catalog);
  const bool to_file = !arguments.output.empty() && arguments.output != "-";
  if (to_file) WEIR_CHECK(write_file(arguments.output, codec::plan_to_json(plan)));
  if (arguments.json || arguments.output == "-") {
    WEIR_CHECK(write_out(codec::plan_to_json(plan)));
  } else {
    WEIR_CHECK(show(context, ui::plan_view(plan, to_file ? arguments.output : "")));
  }
  return ExitCode::ok;
}

}  // namespace weir::app
