// The commands of `weir`, one function each, and what they share.
// Not the parsing of their arguments: arguments.h.
#pragma once

#include "app/arguments.h"
#include "app/environment.h"
#include "base/result.h"
#include "model/plan.h"
#include "ui/cli/terminal.h"
#include "ui/view/view.h"

namespace weir::app {

enum class ExitCode {
  ok = 0,
  failed = 1,  ///< check: a finding at or above --fail-on; drift: something is not as weir left it
  wrong_use = 2,
  unreadable = 3,  ///< check, drift: the host or a file could not be read or written
  refused = 4,     ///< the world is not as the plan or the command expects it; nothing was changed
  changed = 10,    ///< apply --detailed-exit-code
};

struct Context {
  const Arguments& arguments;
  const Environment& environment;
  ui::Terminal terminal;  ///< what standard output shows
};

[[nodiscard]] Result<ExitCode> run_check(const Context& context);
[[nodiscard]] Result<ExitCode> run_check_config(const Context& context);
[[nodiscard]] Result<ExitCode> run_snapshot(const Context& context);
[[nodiscard]] Result<ExitCode> run_explain(const Context& context);
[[nodiscard]] Result<ExitCode> run_reference(const Context& context);
[[nodiscard]] Result<ExitCode> run_topics(const Context& context);
[[nodiscard]] Result<ExitCode> run_plan(const Context& context);
[[nodiscard]] Result<ExitCode> run_size(const Context& context);
[[nodiscard]] Result<ExitCode> run_apply(const Context& context);
[[nodiscard]] Result<ExitCode> run_confirm(const Context& context);
[[nodiscard]] Result<ExitCode> run_undo(const Context& context);
[[nodiscard]] Result<ExitCode> run_history(const Context& context);
[[nodiscard]] Result<ExitCode> run_drift(const Context& context);
[[nodiscard]] Result<ExitCode> run_demo(const Context& context);

/// The plan of `weir size`, for the goal in the arguments.
[[nodiscard]] Result<Plan> make_goal_plan(const Context& context);

/// Draws the view on standard output.
Status show(const Context& context, const ui::View& view);

}  // namespace weir::app
