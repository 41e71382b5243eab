#include "plan/merge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/text.h"
#include "judge/setting.h"
#include "plan/link_step.h"

namespace weir::plan {
namespace {

bool is_at_least(const judge::Integers& value, const judge::Integers& other) {
  return value.size() == other.size() && std::equal(value.begin(), value.end(), other.begin(),
                                                    [](auto a, auto b) { return a >= b; });
}

/// The larger of two raised values; nothing when one of them is not raised, or is no number.
std::optional<std::string> larger(const Step& first, const Step& second) {
  const auto old = judge::parse_kernel_integers(first.expected);
  auto value = judge::parse_kernel_integers(first.wanted);
  const auto other = judge::parse_kernel_integers(second.wanted);
  if (!old || !value || !other || !is_at_least(*value, *old) || !is_at_least(*other, *old))
    return std::nullopt;
  for (std::size_t i = 0; i < value->size(); ++i) (*value)[i] = std::max((*value)[i], (*other)[i]);
  return join_integers(*value);
}

/// Everything that the other one cures, too.
void take_cures(Step& into, const Step& other) {
  std::vector<std::string> ids = other.also_cures;
  ids.insert(ids.begin(), other.finding);
  for (auto& id : ids) {
    const bool known =
        id == into.finding ||
        std::find(into.also_cures.begin(), into.also_cures.end(), id) != into.also_cures.end();
    if (!known) into.also_cures.push_back(std::move(id));
  }
}

/// The place of a step among the merged ones, and the evidence that it has.
struct Place {
  std::size_t index = 0;
  std::set<std::string> evidence;
};

void merge_into(Step& into, std::set<std::string>& evidence, Step&& other) {
  for (auto& text : other.evidence)
    if (evidence.insert(text).second) into.evidence.push_back(std::move(text));
  take_cures(into, other);
  const auto both = larger(into, other);
  if (!both || judge::same_value(*both, into.wanted)) return;
  into.formula +=
      "; for " + other.finding + ": " + other.formula + "; the larger of each = " + *both;
  into.wanted = *both;
}

}  // namespace

std::vector<Step> merge_steps(std::vector<Step> steps) {
  std::vector<Step> merged;
  std::map<std::string, Place> places;  // by step_target_key()
  for (auto& step : steps) {
    const auto [same, is_new] = places.try_emplace(step_target_key(step), Place{merged.size(), {}});
    if (is_new) {
      same->second.evidence.insert(step.evidence.begin(), step.evidence.end());
      merged.push_back(std::move(step));
    } else {
      merge_into(merged[same->second.index], same->second.evidence, std::move(step));
    }
  }
  std::stable_sort(merged.begin(), merged.end(), [](const Step& a, const Step& b) {
    return step_rank(step_kind(a)) < step_rank(step_kind(b));
  });
  order_link_steps(merged);
  return merged;
}

}  // namespace weir::plan
