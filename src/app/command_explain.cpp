#include <variant>

#include "app/commands.h"
#include "app/knowledge.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/catalog_toml.h"
#include "ui/cli/explain_text.h"
#include "ui/view/explain.h"

namespace weir::app {

Result<ExitCode> run_explain(const Context& context) {
  WEIR_TRY(const auto visit, codec::parse_visit(knowledge::visit_toml()));
  const std::string& topic = context.arguments.topic;
  if (topic.empty()) {
    WEIR_CHECK(write_out(ui::visit_text(visit, context.terminal)));
    return ExitCode::ok;
  }
  WEIR_TRY(const Catalog catalog, load_catalog());
  const auto answer = ui::explain(topic, catalog, visit);
  if (const auto* unknown = std::get_if<ui::Unknown>(&answer)) {
    std::string sentence =
        "weir knows no stage, parameter or finding \"" + escape_bytes(topic) + "\"";
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

Result<ExitCode> run_reference(const Context& context) {
  WEIR_TRY(const auto visit, codec::parse_visit(knowledge::visit_toml()));
  WEIR_TRY(const Catalog catalog, load_catalog());
  const bool of_parameters = context.arguments.topic == "parameters";
  std::string text = of_parameters ? "# The kernel parameters that weir knows\n\n"
                                   : "# The findings that weir gives\n\n";
  text += "Printed by `weir reference " + context.arguments.topic +
          "` from the files in `knowledge/`; `weir explain NAME` shows\none in the terminal.\n\n";
  if (of_parameters) {
    for (const auto& parameter : catalog.parameters())
      text += ui::explain_markdown(ui::explain_parameter(parameter, visit));
  } else {
    for (const auto& finding : catalog.findings())
      text += ui::explain_markdown(ui::explain_finding(finding, catalog.placeholders()));
  }
  text.pop_back();  // one newline ends the file
  WEIR_CHECK(write_out(text));
  return ExitCode::ok;
}

Result<ExitCode> run_topics(const Context& /*context*/) {
  WEIR_TRY(const Catalog catalog, load_catalog());
  std::string text;
  for (const auto stage : all_stages) text += std::string(stage_id(stage)) + "\n";
  for (const auto& parameter : catalog.parameters()) text += parameter.name + "\n";
  for (const auto& finding : catalog.findings()) text += finding.id + "\n";
  WEIR_CHECK(write_out(text));
  return ExitCode::ok;
}

}  // namespace weir::app
