#include <string>

#include "judge/defaults.h"
#include "judge/setting.h"
#include "plan/remedy.h"

namespace weir::plan {

void cure_setting(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const std::string& name = finding.resource.name;
  const Snapshot& now = situation.now();
  const Parameter* parameter = situation.catalog.find_parameter(name);
  const auto value = find_sysctl_value(now.settings.sysctls, name);
  if (parameter == nullptr || parameter->kind != ParameterKind::sysctl || !value) return;
  const auto facts = judge::compute_facts(now);
  const auto find = [&now](const std::string& other) {
    return find_sysctl_value(now.settings.sysctls, other);
  };
  const auto verdict =
      judge::judge_value(*parameter, *value, {facts, now.provenance.initial_netns, find});
  // A line that is not in force harms only at the next boot. The finding's own remedy covers it.
  if (verdict.verdict != Verdict::harmful && verdict.verdict != Verdict::lowers_default) return;
  const std::string own = judge::compute_default(*parameter, facts).text;
  if (own.empty()) {
    decline(situation, finding, "weir does not know the value that the kernel would have chosen",
            proposal);
    return;
  }
  const std::string line = finding.resource.file.empty()
                               ? ""
                               : "; " + finding.resource.file + ":" +
                                     std::to_string(finding.resource.line.value_or(0)) + " sets " +
                                     *value + " again at the next boot: change that line as well";
  propose(situation, finding,
          {name,
           own,
           verdict.why.empty() ? "it is below the value that this kernel would have chosen"
                               : verdict.why,
           "the kernel's own choice on this host = " + own + line,
           {}},
          proposal);
}

}  // namespace weir::plan
