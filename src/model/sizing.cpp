#include "model/sizing.h"

#include <algorithm>

namespace weir {

namespace {

std::optional<double> share_of(const std::optional<std::int64_t>& load, std::int64_t wanted) {
  if (!load || wanted <= 0) return std::nullopt;
  return static_cast<double>(*load) / static_cast<double>(wanted);
}

}  // namespace

std::optional<double> share_carried(const SizingNeed& need) {
  return share_of(need.breaks_at, need.wanted);
}

std::optional<double> share_movable(const SizingNeed& need) {
  return share_of(need.movable_to, need.wanted);
}

const SizingNeed* find_need(const Sizing& sizing, const std::string& name) {
  const auto found = std::find_if(sizing.needs.begin(), sizing.needs.end(),
                                  [&name](const SizingNeed& need) { return need.name == name; });
  return found == sizing.needs.end() ? nullptr : &*found;
}

}  // namespace weir
