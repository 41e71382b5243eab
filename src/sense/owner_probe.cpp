#include "sense/owner_probe.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sense/processes.h"

namespace weir::sense {
namespace {

constexpr Nanoseconds probe_interval = milliseconds(250);
constexpr std::size_t processes_per_probe = 8;
constexpr std::size_t threads_per_process = 16;

Event make_owner_event(std::int64_t time, std::uint64_t cookie, std::int64_t pid,
                       const Thread& thread, const Result<std::int64_t>& files) {
  OwnerState look;
  look.listener = cookie;
  look.pid = pid;
  look.tid = thread.tid;
  look.state = thread.state;
  look.wait = thread.wait;
  look.cpu = thread.cpu;
  if (files.ok()) look.files = *files;
  return {time, std::move(look)};
}

}  // namespace

OwnerProbe::OwnerProbe(FileReader& reader, const std::vector<Listener>& listeners)
    : reader_(reader) {
  for (const auto& listener : listeners) {
    if (!listener.owners.empty()) listeners_.emplace(listener.cookie, &listener);
  }
}

void OwnerProbe::look(std::int64_t time, std::uint64_t cookie, std::vector<Event>& events) {
  const auto listener = listeners_.find(cookie);
  if (listener == listeners_.end()) return;
  auto& next = next_.try_emplace(cookie, INT64_MIN).first->second;
  if (time < next) return;
  next = time + probe_interval.count;
  if (probes_ == max_probes) {
    ++dropped_;
    return;
  }
  ++probes_;
  std::size_t processes = 0;
  std::int64_t last_pid = 0;
  for (const auto& owner : listener->second->owners) {
    if (owner.pid == last_pid || processes == processes_per_probe) continue;
    last_pid = owner.pid;
    ++processes;
    const auto files = reader_.files().count("/proc/" + std::to_string(owner.pid) + "/fd");
    for (const auto& thread : read_threads(reader_, owner.pid, threads_per_process))
      events.push_back(make_owner_event(time, cookie, owner.pid, thread, files));
  }
}

}  // namespace weir::sense
