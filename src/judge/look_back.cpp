#include "judge/look_back.h"

#include "base/integers.h"
#include "judge/words.h"
#include "model/finding.h"

namespace weir::judge {

LossCounter loss_counter(const Window& window, const std::string& name) {
  return {"netstat", name, find_number(window.end().counters.snmp, name),
          counter_delta(window, name)};
}

std::optional<Finding> look_back(const Window& window, std::string_view id,
                                 const std::vector<LossCounter>& counters) {
  std::int64_t losses = 0;
  for (const auto& counter : counters) {
    if (counter.delta.value_or(0) > 0) return std::nullopt;
    if (counter.total.value_or(0) > 0) losses = saturated_sum(losses, *counter.total);
  }
  if (losses == 0) return std::nullopt;
  const std::string since = counters_since(window.end());
  Finding finding =
      make_finding(id, "before", Severity::notice,
                   {{"losses", std::to_string(losses)}, {"since", describe_since(since)}});
  finding.resource.kind = "host";
  finding.resource.name = window.end().provenance.hostname;
  finding.resource.netns = window.end().provenance.place.netns;
  for (const auto& counter : counters) {
    if (counter.total.value_or(0) <= 0) continue;
    Evidence evidence = counted(counter.source, counter.name, *counter.total, since);
    evidence.delta = counter.delta;
    finding.evidence.push_back(std::move(evidence));
  }
  return finding;
}

}  // namespace weir::judge
