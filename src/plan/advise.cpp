#include "plan/advise.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "plan/remedy.h"
#include "plan/scope.h"

namespace weir::plan {
namespace {

std::string instead_of(const LineVerdict& verdict, const Snapshot& now, const Plan& plan,
                       const Catalog& catalog) {
  const std::string& key = verdict.line.key;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    if (step_kind(step) == StepKind::sysctl && step_target_name(step) == key)
      return "step " + std::to_string(i + 1) + " sets it to " + step.wanted + ", because of " +
             step.finding;
  }
  if (verdict.verdict == Verdict::removed) return "nothing: delete the line";
  if (const std::string foreign = describe_foreign_scope(key, catalog, now);
      !key.empty() && !foreign.empty())
    return "nothing: " + foreign;
  const auto live = now.settings.sysctls.find(key);
  if (live == now.settings.sysctls.end()) return "nothing: weir could not read it on this host";
  if (has_same_words(live->second, verdict.line.value))
    return "leave it: the running kernel has this value, and no finding asks for another";
  const std::string time = describe_time(key, live->second);
  return "leave it at " + live->second +
         (time.empty()
              ? ""
              : " (" + time + " instead of " + describe_time(key, verdict.line.value) + ")") +
         ": no finding asks for another value";
}

}  // namespace

std::vector<LineAdvice> advise(const ConfigReport& report, const Snapshot& now, const Plan& plan,
                               const Catalog& catalog) {
  std::vector<LineAdvice> lines;
  for (const auto& verdict : report.lines)
    lines.push_back({verdict.line, std::string(verdict_id(verdict.verdict)), verdict.why,
                     instead_of(verdict, now, plan, catalog)});
  return lines;
}

}  // namespace weir::plan
