#include "judge/link.h"

#include <iterator>
#include <string>
#include <utility>

#include "judge/link_view.h"

namespace weir::judge {

std::vector<Finding> judge_links(const Case& given) {
  std::vector<Finding> findings;
  for (auto judge_family : {judge_carriers, judge_link_modes, judge_link_load, judge_link_losses}) {
    auto more = judge_family(given.window);
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  }
  return findings;
}

std::vector<NotSeen> list_unseen_links(const Case& given) {
  std::string names;
  for (const auto& view : compute_link_views(given.window)) {
    if (!is_hardware(*view.link) || !view.link->up || !view.link->carrier ||
        link_capacity(*view.link))
      continue;
    names += (names.empty() ? "" : ", ") + view.link->name;
  }
  if (names.empty()) return {};
  return {{Subject::link_speeds, "the speed of " + names,
           "the driver does not report it; drivers of virtual cards seldom do"}};
}

}  // namespace weir::judge
