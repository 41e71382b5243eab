#include "plan/remedy.h"

namespace weir::plan {

void cure_mtu_blackhole(const Situation& situation, const Finding& finding, Proposal& proposal) {
  if (find_setting(situation.now(), "net.ipv4.tcp_mtu_probing").value_or(0) != 0) {
    decline(situation, finding,
            "the kernel already probes for the largest segment that gets through", proposal);
    return;
  }
  propose(
      situation, finding,
      {"net.ipv4.tcp_mtu_probing",
       "1",
       "full-size segments never get through, and no router reports it: with probing, the kernel finds the size itself",
       "1: probe once full-size segments time out; connections without the fault do not change",
       {}},
      proposal);
}

}  // namespace weir::plan
