#include "model/sizing.h"

#include <algorithm>

#include "base/share.h"

namespace weir {

std::optional<double> share_carried(const SizingNeed& need) {
  return find_share(need.breaks_at, need.wanted);
}

std::optional<double> share_movable(const SizingNeed& need) {
  return find_share(need.movable_to, need.wanted);
}

const SizingNeed* find_need(const Sizing& sizing, const std::string& name) {
  const auto found = std::find_if(sizing.needs.begin(), sizing.needs.end(),
                                  [&name](const SizingNeed& need) { return need.name == name; });
  return found == sizing.needs.end() ? nullptr : &*found;
}

}  // namespace weir
