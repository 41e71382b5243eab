#include "judge/cause.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/number_text.h"
#include "base/share.h"
#include "judge/wait.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// A thread that uses this much of one CPU has no time left for accept(). The scheduler and
/// interrupts take the rest.
constexpr double cpu_bound_share = 0.85;
/// Share of all CPUs together. Above it, a thread that is ready to run waits for its turn.
constexpr double host_starved_share = 0.95;
/// Share of the looks, taken while the queue was full, that found the thread runnable. Above it,
/// the thread needs only CPU time, however little it got.
constexpr double runnable_look_share = 0.8;
constexpr std::int64_t least_looks = 3;
/// Throttling is the reason when the quota ended in a quarter of its periods (100 ms each by
/// default) and the stops took a fifth of the window.
constexpr double throttled_period_share = 0.25;
constexpr double throttled_time_share = 0.2;

/// The state of one thread that most looks found.
struct ThreadLook {
  std::int64_t tid = 0;
  char state = '?';
  std::string wait;
  std::int64_t times = 0;
  std::int64_t looks = 0;
  [[nodiscard]] WaitKind kind() const { return classify_wait(state, wait); }
};

/// The most frequent state of each thread. It comes from the looks inside the window; if there are
/// none, from the look at the window's end.
std::vector<ThreadLook> look_at_threads(const Window& window, const Process& process) {
  std::map<std::int64_t, std::map<std::pair<char, std::string>, std::int64_t>> seen;
  for (const OwnerState* look : find_owner_states(window, process.pid))
    ++seen[look->tid][{look->state, look->wait}];
  if (seen.empty()) {
    for (const auto& thread : process.threads) ++seen[thread.tid][{thread.state, thread.wait}];
  }
  std::vector<ThreadLook> looks;
  for (const auto& thread : seen) {
    ThreadLook look;
    look.tid = thread.first;
    for (const auto& what : thread.second) {
      look.looks += what.second;
      if (what.second <= look.times) continue;
      look.times = what.second;
      look.state = what.first.first;
      look.wait = what.first.second;
    }
    looks.push_back(std::move(look));
  }
  return looks;
}

const ThreadLook* find_look(const std::vector<ThreadLook>& looks, WaitKind kind) {
  for (const auto& look : looks) {
    if (look.kind() == kind) return &look;
  }
  return nullptr;
}

/// The thread whose wait explains why the process does not accept. A pool's idle workers normally
/// wait for a lock, so a lock comes late in the order. The main thread of most programs accepts.
/// Its wait, or the fact that it runs, therefore comes before another thread's poll: runtimes have
/// helper threads that poll.
const ThreadLook* choose_look(const std::vector<ThreadLook>& looks, std::int64_t pid) {
  for (const WaitKind kind : {WaitKind::stopped, WaitKind::disk}) {
    if (const auto* look = find_look(looks, kind)) return look;
  }
  for (const auto& look : looks) {
    if (look.tid == pid && (look.kind() == WaitKind::busy || look.kind() == WaitKind::running))
      return &look;
  }
  for (const WaitKind kind : {WaitKind::polling, WaitKind::busy, WaitKind::lock, WaitKind::running,
                              WaitKind::unreadable}) {
    if (const auto* look = find_look(looks, kind)) return look;
  }
  return nullptr;
}

Cause cause_of(WaitKind kind) {
  switch (kind) {
    case WaitKind::stopped: return Cause::stopped;
    case WaitKind::disk:
    case WaitKind::busy:
    case WaitKind::lock: return Cause::blocked;
    case WaitKind::polling: return Cause::idle;
    case WaitKind::running: return Cause::unclear;
    case WaitKind::unreadable: return Cause::unreadable;
  }
  return Cause::unclear;
}

/// CPU time over the window as a share of one CPU.
double cpu_share(const Window& window, ClockTicks before, ClockTicks after) {
  const double ticks = window.seconds() * static_cast<double>(window.end().host.ticks_per_second);
  const auto used = difference(before.count, after.count);
  return used && ticks > 0 ? static_cast<double>(*used) / ticks : 0;
}

struct Busy {
  double busiest_thread = 0;
  double process = 0;
  bool known = false;
};

Busy measure_cpu(const Window& window, const Process& process) {
  Busy busy;
  const Process* before = find_before(window, process);
  if (before == nullptr) return busy;
  busy.known = true;
  busy.process = cpu_share(window, before->cpu, process.cpu);
  const auto threads_before =
      index_by<std::int64_t>(before->threads, [](const Thread& thread) { return thread.tid; });
  for (const auto& thread : process.threads) {
    const Thread* same = threads_before.find(thread.tid);
    if (same != nullptr)
      busy.busiest_thread = std::max(busy.busiest_thread, cpu_share(window, same->cpu, thread.cpu));
  }
  // If the threads could not be read, take the share of the whole process.
  if (process.threads.size() <= 1)
    busy.busiest_thread = std::max(busy.busiest_thread, busy.process);
  return busy;
}

double measure_host_cpu(const Window& window) {
  if (window.start() == nullptr) return 0;
  const auto busy =
      difference(window.start()->host.cpu_busy.count, window.end().host.cpu_busy.count);
  const auto total =
      difference(window.start()->host.cpu_total.count, window.end().host.cpu_total.count);
  return find_share(busy, total).value_or(0);
}

Evidence state_evidence(const Process& process, const ThreadLook& look) {
  std::string value = std::string(1, look.state);
  if (!look.wait.empty()) value += " in " + look.wait;
  if (look.looks > 1)
    value +=
        ", in " + std::to_string(look.times) + " of " + std::to_string(look.looks) + " samples";
  return stands_at(
      "proc",
      "state of thread " + std::to_string(look.tid) + " of PID " + std::to_string(process.pid),
      std::move(value));
}

bool judge_throttling(const Window& window, const Process& process, CauseView& view) {
  const auto throttling = compute_throttling(window, process);
  if (!throttling || throttling->period_share < throttled_period_share ||
      throttling->time_share < throttled_time_share)
    return false;
  view.cause = Cause::throttled;
  view.cgroup = process.cgroup;
  view.throttled_ms = std::to_string(throttling->time.count / nanoseconds_per_millisecond);
  view.evidence = throttling_evidence(*throttling, process);
  return true;
}

bool judge_cpu(const Window& window, const Process& process, const Busy& busy,
               const ThreadLook* look, CauseView& view) {
  const double host = measure_host_cpu(window);
  const auto cpus = static_cast<double>(std::max<std::int64_t>(window.end().host.cpus, 1));
  const bool starved =
      host >= host_starved_share && look != nullptr && look->kind() == WaitKind::running;
  const bool runnable =
      look != nullptr && look->kind() == WaitKind::running && look->looks >= least_looks &&
      static_cast<double>(look->times) >= runnable_look_share * static_cast<double>(look->looks);
  const bool bound =
      busy.busiest_thread >= cpu_bound_share || busy.process >= cpu_bound_share * cpus;
  if (!bound && !starved && !runnable) return false;
  view.cause = starved && !bound ? Cause::starved : Cause::cpu_bound;
  view.host_percent = percent(host);
  if (runnable) view.evidence.push_back(state_evidence(process, *look));
  view.evidence.push_back(
      stands_at("proc", "CPU time of the busiest thread of PID " + std::to_string(process.pid),
                percent(busy.busiest_thread) + " % of one CPU"));
  if (starved)
    view.evidence.push_back(
        stands_at("proc", "CPU time of the host", percent(host) + " % of all CPUs"));
  return true;
}

CauseView judge_process(const Window& window, const Process& process) {
  CauseView view;
  const auto looks = look_at_threads(window, process);
  const ThreadLook* look = choose_look(looks, process.pid);
  const Busy busy = measure_cpu(window, process);
  view.cgroup = process.cgroup;
  view.busy_percent = percent(busy.busiest_thread);
  view.state = look == nullptr ? "in an unknown state" : describe_state(look->state);
  view.wait = describe_wait(look == nullptr ? std::string_view() : std::string_view(look->wait));
  if (judge_throttling(window, process, view)) return view;
  if (judge_cpu(window, process, busy, look, view)) return view;
  view.cause = look == nullptr ? Cause::unreadable : cause_of(look->kind());
  if (look != nullptr) view.evidence.push_back(state_evidence(process, *look));
  if (busy.known) {
    view.evidence.push_back(
        stands_at("proc", "CPU time of the busiest thread of PID " + std::to_string(process.pid),
                  percent(busy.busiest_thread) + " % of one CPU"));
  }
  return view;
}

}  // namespace

std::string_view cause_variant(Cause cause) {
  switch (cause) {
    case Cause::throttled: return "throttled";
    case Cause::cpu_bound: return "cpu-bound";
    case Cause::starved: return "starved";
    case Cause::stopped: return "stopped";
    case Cause::blocked: return "blocked";
    case Cause::idle: return "idle";
    case Cause::unclear: return "";
    case Cause::unreadable: return "unknown";
  }
  return "";
}

std::optional<ThrottlingView> compute_throttling(const Window& window, const Process& process) {
  const Process* before = find_before(window, process);
  if (before == nullptr || !before->throttling || !process.throttling) return std::nullopt;
  const auto periods = difference(before->throttling->periods, process.throttling->periods);
  const auto throttled =
      difference(before->throttling->throttled_periods, process.throttling->throttled_periods);
  const auto time = difference(before->throttling->throttled_time.count,
                               process.throttling->throttled_time.count);
  if (!periods || !throttled || !time || *periods == 0 || window.seconds() <= 0)
    return std::nullopt;
  ThrottlingView view{*periods, *throttled, {*time}};
  view.period_share = share_of(*throttled, *periods);
  view.time_share = to_seconds(view.time) / window.seconds();
  return view;
}

std::vector<Evidence> throttling_evidence(const ThrottlingView& view, const Process& process) {
  Evidence periods =
      stands_at("cgroup", "cpu.stat nr_throttled",
                "in " + process.cgroup + ", of " + std::to_string(view.periods) + " periods");
  periods.delta = view.throttled_periods;
  constexpr std::int64_t nanoseconds_per_microsecond = 1000;
  Evidence time;
  time.source = "cgroup";
  time.name = "cpu.stat throttled_usec";
  time.delta = view.time.count / nanoseconds_per_microsecond;
  return {std::move(periods), std::move(time)};
}

const std::vector<const Process*>& find_acceptors(const Window& window, const Listener& listener) {
  return window.index().acceptors.at(&listener).processes;
}

CauseView Causes::find(const Listener& listener) {
  // Several workers of one listener: the most frequent cause is used, and of equally frequent
  // causes the first in Cause.
  struct Tally {
    std::size_t count = 0;
    const CauseView* first = nullptr;
  };
  std::array<Tally, static_cast<std::size_t>(Cause::unreadable) + 1> tallies;
  for (const Process* process : find_acceptors(window_, listener)) {
    auto known = by_process_.find(process);
    if (known == by_process_.end())
      known = by_process_.emplace(process, judge_process(window_, *process)).first;
    Tally& tally = tallies.at(static_cast<std::size_t>(known->second.cause));
    if (tally.count++ == 0) tally.first = &known->second;
  }
  const auto most =
      std::max_element(tallies.begin(), tallies.end(),
                       [](const Tally& a, const Tally& b) { return a.count < b.count; });
  return most->first == nullptr ? CauseView{} : *most->first;
}

}  // namespace weir::judge
