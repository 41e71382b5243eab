#include "judge/headroom.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/integers.h"
#include "judge/requests.h"

namespace weir::judge {

namespace {

std::vector<ResourceUse> accept_queue_headroom(const QueueViews& queues,
                                               const ListenerFilter& shown) {
  std::vector<ResourceUse> uses;
  for (const auto& view : queues.views) {
    if (!shown(*view.listener)) continue;
    ResourceUse use;
    use.kind = "listener";
    use.name = listener_name(*view.listener);
    use.unit = "connections";
    use.capacity = view.listener->backlog;
    use.used = view.listener->queue;
    use.peak = view.peak;
    if (view.samples > 0) use.saturation = view.full_share;
    if (view.drops || view.overflows > 0) use.errors = view.overflows;
    uses.push_back(std::move(use));
  }
  return uses;
}

/// The requests of all listeners together: the kernel counts a full SYN queue for the namespace
/// only.
ResourceUse request_headroom(const Window& window) {
  ResourceUse use;
  use.kind = "table";
  use.name = "all listeners";
  use.unit = "requests";
  const auto half_open = window.end().sockets.states.find("SYN_RECV");
  if (half_open != window.end().sockets.states.end()) use.used = half_open->second;
  use.errors = sum_deltas(window, {"TcpExt.TCPReqQFullDoCookies", "TcpExt.TCPReqQFullDrop"});
  return use;
}

std::vector<ResourceUse> syn_queue_headroom(const Window& window, const QueueViews& queues,
                                            const ListenerFilter& shown) {
  std::vector<ResourceUse> uses{request_headroom(window)};
  for (const auto& view : compute_request_views(window, queues)) {
    if (!shown(*view.listener)) continue;
    ResourceUse use;
    use.kind = "listener";
    use.name = listener_name(*view.listener);
    use.unit = "requests";
    use.capacity = view.limit;
    use.used = view.half_open;
    if (view.half_open) use.peak = view.peak;
    uses.push_back(std::move(use));
  }
  return uses;
}

std::vector<const Process*> find_shown_processes(const Window& window,
                                                 const ListenerFilter& shown) {
  std::set<std::int64_t> pids;
  for (const auto& listener : window.end().sockets.listeners) {
    if (!shown(listener)) continue;
    for (const auto& owner : listener.owners) pids.insert(owner.pid);
  }
  std::vector<const Process*> processes;
  for (const auto& process : window.end().processes) {
    if (pids.count(process.pid) > 0) processes.push_back(&process);
  }
  return processes;
}

}  // namespace

std::optional<std::int64_t> sum_deltas(const Window& window,
                                       std::initializer_list<const char*> names) {
  std::optional<std::int64_t> sum;
  for (const char* name : names) {
    const auto delta = counter_delta(window, name);
    if (delta) sum = saturated_sum(sum.value_or(0), *delta);
  }
  return sum;
}

StageReport compute_headroom(Stage stage, const Window& window, const QueueViews& queues,
                             const ListenerFilter& shown) {
  switch (stage) {
    case Stage::link: return {stage, link_headroom(window)};
    case Stage::neighbour: return {stage, neighbour_headroom(window)};
    case Stage::syn_queue: return {stage, syn_queue_headroom(window, queues, shown)};
    case Stage::accept_queue: return {stage, accept_queue_headroom(queues, shown)};
    case Stage::buffers: return {stage, buffers_headroom(window)};
    case Stage::transmission: return {stage, transmission_headroom(window)};
    case Stage::idle: return {stage, idle_headroom(window)};
    case Stage::close: return {stage, close_headroom(window)};
    case Stage::time_wait: return {stage, time_wait_headroom(window)};
    case Stage::connect: return {stage, connect_headroom(window)};
    case Stage::host: return {stage, host_headroom(window, find_shown_processes(window, shown))};
  }
  return {stage, {}};
}

}  // namespace weir::judge
