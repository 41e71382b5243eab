#include "plan/remedy.h"

namespace weir::plan {

void cure_syn_queue(const Situation& situation, const Finding& finding, Proposal& proposal) {
  constexpr const char* cookies = "net.ipv4.tcp_syncookies";
  const auto mode = find_setting(situation.now(), cookies);
  if (mode.value_or(0) != 0) {
    decline(
        situation, finding,
        "SYN cookies already answer the requests that do not fit, and a longer queue only gives an attacker more room",
        proposal);
    return;
  }
  propose(
      situation, finding,
      {cookies,
       "1",
       "without SYN cookies a full SYN queue refuses clients, and tcp_max_syn_backlog reserves a part of it for known peers",
       "1: answer with a cookie when the queue is full, and only then",
       {}},
      proposal);
}

}  // namespace weir::plan
