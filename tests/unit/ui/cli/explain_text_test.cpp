#include "ui/cli/explain_text.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "app/knowledge.h"
#include "base/text.h"
#include "codec/catalog_toml.h"

namespace weir::ui::explain_text_test {

std::vector<VisitScene> real_visit() {
  auto visit = codec::parse_visit(knowledge::visit_toml());
  EXPECT_TRUE(visit.ok()) << (visit.ok() ? "" : visit.error().message);
  return visit.ok() ? *visit : std::vector<VisitScene>{};
}

Catalog real_catalog() {
  auto catalog = codec::parse_catalog(knowledge::parameters_toml(), knowledge::findings_toml(),
                                      knowledge::servers_toml());
  EXPECT_TRUE(catalog.ok()) << (catalog.ok() ? "" : catalog.error().message);
  return catalog.ok() ? *catalog : Catalog{};
}

bool acts_somewhere(const std::string& parameter, const std::vector<VisitScene>& visit) {
  for (const auto& scene : visit) {
    for (const auto& step : scene.steps) {
      if (std::any_of(step.parameters.begin(), step.parameters.end(),
                      [&](const std::string& entry) { return visit_matches(parameter, entry); }))
        return true;
    }
  }
  return false;
}

const VisitStep& step_that_starts_with(const std::vector<VisitScene>& visit,
                                       std::string_view scene_id, std::string_view segment) {
  for (const auto& scene : visit) {
    if (scene.id != scene_id) continue;
    for (const auto& step : scene.steps) {
      if (step.segment.starts_with(segment)) return step;
    }
  }
  static const VisitStep none;
  ADD_FAILURE() << "no step " << segment << " in " << scene_id;
  return none;
}

TEST(Visit, EveryParameterOfTheCatalogActsAtAStepAndEveryStepNamesKnownOnes) {
  const auto visit = real_visit();
  const auto catalog = real_catalog();
  for (const auto& parameter : catalog.parameters())
    EXPECT_TRUE(acts_somewhere(parameter.name, visit))
        << parameter.name << " acts at no step of visit.toml";
  for (const auto& scene : visit) {
    for (const auto& step : scene.steps) {
      for (const auto& entry : step.parameters) {
        const auto& all = catalog.parameters();
        EXPECT_TRUE(std::any_of(all.begin(), all.end(),
                                [&](const Parameter& p) { return visit_matches(p.name, entry); }))
            << entry << " is not in the catalog";
      }
    }
  }
}

TEST(Visit, TheSideThatClosesFirstKeepsTimeWait) {
  const auto visit = real_visit();
  EXPECT_EQ(step_that_starts_with(visit, "close-server-first", "FIN,ACK  seq=v").server,
            "TIME_WAIT");
  EXPECT_EQ(step_that_starts_with(visit, "close-client-first", "FIN,ACK  seq=v").client,
            "TIME_WAIT");
  const auto& both = step_that_starts_with(visit, "close-both", "ACK");
  EXPECT_EQ(both.client, "TIME_WAIT");
  EXPECT_EQ(both.server, "TIME_WAIT");
}

TEST(Visit, NoLineIsWiderThanTheTerminal) {
  const auto visit = real_visit();
  for (const bool unicode : {true, false}) {
    for (const std::size_t width :
         {std::size_t{60}, std::size_t{80}, std::size_t{120}, std::size_t{200}}) {
      const auto text = visit_text(visit, Terminal{width, true, unicode});
      for (const auto line : split(text, '\n')) EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(Visit, AsciiTerminalGetsNoOtherByte) {
  const auto text = visit_text(real_visit(), Terminal{80, false, false});
  EXPECT_TRUE(std::all_of(text.begin(), text.end(),
                          [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

TEST(Visit, ArrowsPointToTheReceiver) {
  VisitScene scene{"s", "scene", "", {}};
  VisitStep syn;
  syn.direction = Direction::to_server;
  syn.segment = "SYN";
  syn.client = "SYN_SENT";
  syn.server = "SYN_RECV";
  syn.stage = Stage::syn_queue;
  syn.parameters = {"net.ipv4.tcp_syncookies"};
  scene.steps = {syn};
  const auto text = visit_text({scene}, Terminal{60, false, false});
  // 60 columns less both state columns, both lifelines and a blank at each side of the middle
  constexpr std::size_t middle = 32;
  EXPECT_NE(text.find("SYN_SENT    | " + pad_right("SYN", middle) + " | SYN_RECV"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("            | " + repeat("-", middle - 1) + "> |"), std::string::npos)
      << text;
  EXPECT_NE(text.find("syn-queue: tcp_syncookies"), std::string::npos) << text;
}

TEST(Explain, KnowsStagesFindingsAndParametersAlsoByTheirLastPart) {
  const auto catalog = real_catalog();
  const auto visit = real_visit();
  for (const std::string name : {"accept-queue", "accept-queue.app-backlog", "net.core.somaxconn",
                                 "net/core/somaxconn", "somaxconn"}) {
    EXPECT_TRUE(std::holds_alternative<ExplainPage>(explain(name, catalog, visit))) << name;
  }
  const auto unknown = explain("somaxcon", catalog, visit);
  ASSERT_TRUE(std::holds_alternative<Unknown>(unknown));
  EXPECT_EQ(std::get<Unknown>(unknown).suggestions.front(), "somaxconn");
}

TEST(Explain, DoesNotKnowAFindingThatIsOnlyPlanned) {
  const auto catalog = real_catalog();
  ASSERT_FALSE(catalog.planned_findings().empty());
  for (const auto& planned : catalog.planned_findings())
    EXPECT_TRUE(std::holds_alternative<Unknown>(explain(planned.id, catalog, {}))) << planned.id;
}

TEST(Explain, NoPageLeavesAPlaceholderOpen) {
  const auto catalog = real_catalog();
  for (const auto& finding : catalog.findings()) {
    const auto text = explain_text(explain_finding(finding, catalog.placeholders()), Terminal{});
    EXPECT_EQ(text.find('{'), std::string::npos) << text;
  }
}

TEST(Explain, EveryPageFitsEveryWidth) {
  const auto catalog = real_catalog();
  const auto visit = real_visit();
  for (const auto& parameter : catalog.parameters()) {
    const auto text = explain_text(explain_parameter(parameter, visit), Terminal{60, false, true});
    for (const auto line : split(text, '\n'))
      EXPECT_LE(display_width(line), 60U) << parameter.name << ": " << line;
  }
}

}  // namespace weir::ui::explain_text_test
