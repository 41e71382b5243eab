// `weir reference` and `weir topics`, which no help shows: the catalog for docs/reference and for
// the completion.
#include "app/arguments.h"
#include "app/command.h"
#include "app/knowledge.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/catalog_toml.h"
#include "model/stage.h"
#include "ui/cli/explain_text.h"
#include "ui/view/explain.h"

namespace weir::app {
namespace {

struct ReferenceOptions {
  std::string kind;  ///< "parameters" or "findings"
};

void describe_reference(CommandBuilder& builder, ReferenceOptions& options) {
  builder.summary("Prints the reference of all parameters or all findings as Markdown.");
  builder.hide();
  builder.choice("kind", "parameters|findings", "which reference to print",
                 {"parameters", "findings"},
                 [&options](const std::string& word) { options.kind = word; });
  builder.require("kind");
}

Result<ExitCode> run_reference(const Context& /*context*/, const ReferenceOptions& options) {
  WEIR_TRY(const auto visit, codec::parse_visit(knowledge::visit_toml()));
  WEIR_TRY(const Catalog catalog, load_catalog());
  const bool of_parameters = options.kind == "parameters";
  std::string text = of_parameters ? "# The kernel parameters that weir knows\n\n"
                                   : "# The findings that weir reports\n\n";
  text += "Printed by `weir reference " + options.kind +
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

}  // namespace

Command make_reference(CommandBuilder& builder) {
  return make_command(builder, describe_reference, run_reference);
}

Command make_topics(CommandBuilder& builder) {
  builder.summary("Prints everything that `weir explain` explains.");
  builder.hide();
  return {run_topics};
}

}  // namespace weir::app
