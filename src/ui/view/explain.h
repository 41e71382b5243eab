// What `weir explain` says of a stage, a parameter or a finding, as a page of sections. Pure.
// Not the text on the terminal, and not the drawing of a visit: ui/cli/explain_text.h.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/catalog.h"
#include "model/visit.h"

namespace weir::ui {

struct ExplainSection {
  std::string heading;
  std::vector<std::string> items;
  bool list = false;  ///< items are points of a list, not paragraphs
};

struct ExplainPage {
  std::string name;      ///< the full name: "net.core.somaxconn", "accept-queue"
  std::string subtitle;  ///< one line
  std::vector<ExplainSection> sections;
};

/// The names that the user may have meant by an unknown name; empty if no name is similar.
struct Unknown {
  std::vector<std::string> suggestions;
};

/// Looks the name up as a stage id, a finding id, a parameter's dotted name (also with slashes), or
/// the last part of one ("somaxconn").
[[nodiscard]] std::variant<ExplainPage, Unknown> explain(std::string_view name,
                                                         const Catalog& catalog,
                                                         const std::vector<VisitScene>& visit);

[[nodiscard]] ExplainPage explain_stage(Stage stage, const Catalog& catalog,
                                        const std::vector<VisitScene>& visit);
[[nodiscard]] ExplainPage explain_parameter(const Parameter& parameter,
                                            const std::vector<VisitScene>& visit);
[[nodiscard]] ExplainPage explain_finding(const FindingEntry& finding,
                                          const std::map<std::string, std::string>& placeholders);

/// One line about a stage: the resource that can run out there.
[[nodiscard]] std::string_view stage_summary(Stage stage);

}  // namespace weir::ui
