#include "judge/configuration.h"

#include <utility>

#include "judge/defaults.h"
#include "judge/lines.h"

namespace weir::judge {

ConfigReport judge_configuration(const std::vector<ConfigLine>& lines, const ConfigHost& host,
                                 const std::map<std::string, std::string>& live,
                                 const Catalog& catalog) {
  const std::map<std::string, std::string> nothing;
  const auto facts = compute_facts(host);
  auto judged =
      judge_lines(lines, {facts, host.described ? nothing : live, host.described, false}, catalog);
  ConfigReport report;
  report.host = host;
  report.lines = std::move(judged.verdicts);
  report.findings = std::move(judged.findings);
  return report;
}

}  // namespace weir::judge
