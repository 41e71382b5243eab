// `weir explain`: explains a stage, a parameter or a finding; alone, it draws a client's visit.
#include <variant>

#include "app/arguments.h"
#include "app/command.h"
#include "app/knowledge.h"
#include "app/observe.h"
#include "app/output.h"
#include "base/text.h"
#include "codec/catalog_toml.h"
#include "judge/accept_queue.h"
#include "ui/cli/explain_text.h"
#include "ui/view/explain.h"

namespace weir::app {
namespace {

struct ExplainOptions {
  std::string topic;  ///< empty: the visit
};

void describe_explain(CommandBuilder& builder, ExplainOptions& options) {
  builder.summary(
      "Explains a stage, a kernel parameter or a finding; without a topic it draws a client's visit.");
  builder.notes(
      "Needs no rights. "
      "For a parameter it shows what the kernel really does with it, its default by version, its scope and unit, signs that it is too small or too large, its risks, and well-known wrong advice.");
  builder.option("topic", "STAGE|PARAMETER|FINDING",
                 std::string("such as accept-queue, net.core.somaxconn, somaxconn or ")
                     .append(judge::ids::accept_queue_app_backlog),
                 options.topic);
}

Result<ExitCode> run_explain(const Context& context, const ExplainOptions& options) {
  WEIR_TRY(const auto visit, codec::parse_visit(knowledge::visit_toml()));
  if (options.topic.empty()) {
    WEIR_CHECK(write_out(ui::visit_text(visit, context.terminal)));
    return ExitCode::ok;
  }
  WEIR_TRY(const Catalog catalog, load_catalog());
  const auto answer = ui::explain(options.topic, catalog, visit);
  if (const auto* unknown = std::get_if<ui::Unknown>(&answer)) {
    std::string sentence =
        "weir knows no stage, parameter or finding \"" + escape_bytes(options.topic) + "\"";
    for (const auto& suggestion : unknown->suggestions)
      sentence +=
          (&suggestion == &unknown->suggestions.front() ? "; did you mean " : ", ") + suggestion;
    return make_error(
        ErrorCode::wrong_use,
        sentence + (unknown->suggestions.empty() ? "; `weir topics` lists what it knows" : "?"));
  }
  WEIR_CHECK(write_out(ui::explain_text(std::get<ui::ExplainPage>(answer), context.terminal)));
  return ExitCode::ok;
}

}  // namespace

Command make_explain(CommandBuilder& builder) {
  return make_command(builder, describe_explain, run_explain);
}

}  // namespace weir::app
