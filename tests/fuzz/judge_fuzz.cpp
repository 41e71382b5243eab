// Any recording that parses can be judged, planned for and shown: a report from the field is a test
// case, even a damaged one.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/knowledge.h"
#include "codec/catalog_toml.h"
#include "codec/plan_json.h"
#include "codec/recording_json.h"
#include "codec/report_json.h"
#include "judge/judge.h"
#include "judge/sentences.h"
#include "plan/changes.h"
#include "plan/tune.h"
#include "ui/cli/render.h"
#include "ui/view/plan.h"
#include "ui/view/report.h"

namespace {

const weir::Catalog& catalog() {
  static const auto parsed =
      weir::codec::parse_catalog(weir::knowledge::parameters_toml(),
                                 weir::knowledge::findings_toml(), weir::knowledge::servers_toml());
  return *parsed;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto recording = weir::codec::parse_recording({reinterpret_cast<const char*>(data), size});
  if (!recording) return 0;
  const auto report = weir::judge::judge(*recording, catalog());
  const auto plan = weir::plan::tune(*recording, report, catalog());
  auto shown = weir::plan::with_changes(report, plan);
  weir::judge::fill_sentences(shown.findings, catalog());
  static_cast<void>(weir::codec::report_to_json(shown));
  static_cast<void>(weir::ui::render(weir::ui::report_view(shown), {80, false, true}));
  static_cast<void>(weir::ui::render(weir::ui::plan_view(plan, ""), {60, true, false}));
  return 0;
}
