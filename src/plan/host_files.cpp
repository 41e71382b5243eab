#include "plan/remedy.h"

namespace weir::plan {

void cure_files(const Situation& situation, const Finding& finding, Proposal& proposal) {
  static_cast<void>(situation);
  decline(finding, "weir changes no process limits", proposal);
}

}  // namespace weir::plan
