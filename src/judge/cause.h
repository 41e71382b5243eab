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
  starved,     ///< it is ready to run, and the host has no CPU time for it
  stopped,     ///< by a signal or a debugger
  blocked,     ///< it waits for something that is no connection
  idle,        ///< it waits for events while connections wait for it
  unclear,     ///< it was read, and nothing of the above shows
  unreadable,  ///< it could not be read
};

/// The name of the text's variant in knowledge/findings.toml; empty: the text without a variant.
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
  std::int64_t periods = 0;            ///< in which the cgroup wanted CPU time
  std::int64_t throttled_periods = 0;  ///< of those, in which the quota ended before the work
  Nanoseconds time;                    ///< added up over the CPUs on which it was stopped
  double period_share = 0;
  double time_share = 0;  ///< of the window; more than 1 where several CPUs were stopped
};
/// Nothing where it was not read at both ends, or the cgroup was not active.
[[nodiscard]] std::optional<ThrottlingView> compute_throttling(const Window& window,
                                                               const Process& process);
/// Two entries: nr_throttled and throttled_usec of cpu.stat.
[[nodiscard]] std::vector<Evidence> throttling_evidence(const ThrottlingView& view,
                                                        const Process& process);

/// The processes that accept on a listener of the window's end: its owners, without those that are
/// the parent of another one (a master that only holds the socket).
[[nodiscard]] const std::vector<const Process*>& find_acceptors(const Window& window,
                                                                const Listener& listener);

/// The causes of a window; a process is looked at once, however many listeners it has.
class Causes {
 public:
  explicit Causes(const Window& window) : window_(window) {}

  /// Why a listener of the window's end is not accepted from, as far as its acceptors tell.
  [[nodiscard]] CauseView find(const Listener& listener);

 private:
  const Window& window_;
  std::map<const Process*, CauseView> by_process_;
};

}  // namespace weir::judge
