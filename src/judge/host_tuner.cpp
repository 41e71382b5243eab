#include "judge/host_tuner.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "judge/words.h"

namespace weir::judge {

namespace {

/// It moves interrupts between CPUs and writes no sysctl. Many distributions start it by default.
constexpr std::string_view interrupt_balancer = "irqbalance";

/// "tuned (812)" → "tuned".
std::string_view program_of(std::string_view tuner) { return tuner.substr(0, tuner.find(' ')); }

}  // namespace

std::vector<Finding> judge_other_tuners(const Case& given) {
  const auto& tuners = given.window.end().settings.tuners;
  if (tuners.empty()) return {};
  std::string names;
  for (std::size_t i = 0; i < std::min(tuners.size(), named_at_most); ++i)
    names += (i == 0 ? "" : ", ") + tuners[i];
  const bool only_interrupts =
      std::all_of(tuners.begin(), tuners.end(),
                  [](const std::string& tuner) { return program_of(tuner) == interrupt_balancer; });
  Finding finding = make_finding(ids::host_other_tuner, only_interrupts ? "interrupts" : "",
                                 Severity::notice, {{"tuners", names}});
  finding.resource.kind = "host";
  finding.resource.name = "other tuners";
  finding.resource.netns = given.window.end().provenance.place.netns;
  for (std::size_t i = 0; i < std::min(tuners.size(), named_at_most); ++i)
    finding.evidence.push_back(stands_at("proc", "program at work", tuners[i]));
  return {std::move(finding)};
}

}  // namespace weir::judge
