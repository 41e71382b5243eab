// Why the owners of a listener do not accept: CPU, throttling, a wait, or no visible reason.
// Not a finding: the variant of accept-queue.slow-application, with the evidence for it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "judge/window.h"
#include "model/finding.h"

namespace weir::judge {

enum class Cause {
  throttled,   ///< its cgroup's CPU quota stops it
  cpu_bound,   ///< its busiest thread has no CPU time left
  starved,     ///< it is ready to run, but the host has no CPU time for it
  stopped,     ///< stopped by a signal or a debugger
  blocked,     ///< it waits for something other than a connection
  idle,        ///< it waits for events while connections wait for it
  unclear,     ///< it was read, and none of the above applies
  unreadable,  ///< it could not be read
};

/// The name of the text's variant in knowledge/findings.toml. Empty for the text without a variant.
[[nodiscard]] std::string_view cause_variant(Cause cause);

struct CauseView {
  Cause cause = Cause::unreadable;
  std::vector<Evidence> evidence;
  std::string state;         ///< "sleeping"
  std::string wait;          ///< "a timed sleep (hrtimer_nanosleep)"
  std::string busy_percent;  ///< of the busiest thread
  std::string host_percent;  ///< of all CPUs together
  std::string cgroup;
  std::string throttled_ms;
};

/// How its cgroup's CPU quota stopped a process inside the window.
struct ThrottlingView {
  std::int64_t periods = 0;  ///< periods in which the cgroup wanted CPU time
  /// of those periods, the ones in which the quota ended before the work
  std::int64_t throttled_periods = 0;
  Nanoseconds time;  ///< the sum over the CPUs on which the process was stopped
  double period_share = 0;
  double time_share = 0;  ///< of the window; more than 1 where several CPUs were stopped
};
/// Nothing if the quota was not read at both ends, or the cgroup was not active.
[[nodiscard]] std::optional<ThrottlingView> compute_throttling(const Window& window,
                                                               const Process& process);
/// Two entries: nr_throttled and throttled_usec of cpu.stat.
[[nodiscard]] std::vector<Evidence> throttling_evidence(const ThrottlingView& view,
                                                        const Process& process);

/// The processes that accept on a listener of the window's end: its owners, without the parent of
/// another owner (a master that only holds the socket).
[[nodiscard]] const std::vector<const Process*>& find_acceptors(const Window& window,
                                                                const Listener& listener);

/// The causes inside a window. Each process is looked at once, however many listeners it has.
class Causes {
 public:
  explicit Causes(const Window& window) : window_(window) {}

  /// Why the acceptors of a listener of the window's end do not accept, as far as the readings show
  /// it.
  [[nodiscard]] CauseView find(const Listener& listener);

 private:
  const Window& window_;
  std::map<const Process*, CauseView> by_process_;
};

}  // namespace weir::judge
