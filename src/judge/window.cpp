#include "judge/window.h"

#include <algorithm>

namespace weir::judge {

namespace {

std::string reason_not_to_compare(const Provenance& first, const Provenance& last) {
  if (const auto difference = find_difference(first.place, last.place))
    return "the first snapshot is of " + describe_difference(*difference, first.place, last.place);
  if (last.boot_time <= first.boot_time) return "the last snapshot is not later than the first";
  if (!difference(first.boot_time.count, last.boot_time.count))
    return "the two snapshots are further apart than any uptime";
  return {};
}

}  // namespace

Window::Window(const Recording& recording)
    : recording_(&recording),
      end_(recording.last ? &*recording.last : &recording.first),
      why_no_start_(recording.last ? reason_not_to_compare(recording.first.provenance,
                                                           recording.last->provenance)
                                   : "there is only one snapshot, and so no window") {
  if (why_no_start_.empty()) {
    start_ = &recording.first;
    seconds_ = to_seconds(window_length(recording));
  }
  index_ = std::make_shared<const WindowIndex>(recording, start_, *end_);
}

std::optional<std::int64_t> difference(std::optional<std::int64_t> earlier,
                                       std::optional<std::int64_t> later) {
  if (!earlier || !later || *later < *earlier) return std::nullopt;
  // The difference of two numbers from a file may exceed an integer.
  const std::uint64_t distance =
      static_cast<std::uint64_t>(*later) - static_cast<std::uint64_t>(*earlier);
  if (distance > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  return static_cast<std::int64_t>(distance);
}

std::optional<std::int64_t> larger(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
  if (!a || !b) return a ? a : b;
  return std::max(*a, *b);
}

std::optional<std::int64_t> find_number(const std::map<std::string, std::int64_t>& numbers,
                                        const std::string& name) {
  const auto found = numbers.find(name);
  if (found == numbers.end()) return std::nullopt;
  return found->second;
}

std::optional<std::int64_t> counter_delta(const Window& window, const std::string& name) {
  if (window.start() == nullptr) return std::nullopt;
  return difference(find_number(window.start()->counters.snmp, name),
                    find_number(window.end().counters.snmp, name));
}

std::optional<std::int64_t> table_delta(const Window& window, const std::string& name) {
  if (window.start() == nullptr) return std::nullopt;
  return difference(find_number(window.start()->counters.tables, name),
                    find_number(window.end().counters.tables, name));
}

const Listener* find_before(const Window& window, const Listener& listener) {
  return window.index().start.listeners.find({listener.cookie, listener.inode});
}

const Process* find_before(const Window& window, const Process& process) {
  return window.index().start.processes.find({process.pid, process.start_time});
}

const Process* find_process(const Window& window, std::int64_t pid) {
  return window.index().end.processes.find(pid);
}

std::span<const OwnerState* const> find_owner_states(const Window& window, std::int64_t pid) {
  return window.start() == nullptr ? std::span<const OwnerState* const>{}
                                   : window.index().samples.owner_states.all(pid);
}

const Series* find_series(const Window& window, const Listener& listener, Metric metric) {
  return window.index().samples.series.find({listener.cookie, metric});
}

std::string counters_since(const Snapshot& snapshot) {
  return snapshot.provenance.initial_netns ? "boot" : "namespace";
}

std::optional<double> per_second(const Window& window, std::optional<std::int64_t> delta) {
  if (!delta || window.seconds() <= 0) return std::nullopt;
  return static_cast<double>(*delta) / window.seconds();
}

double rate_or_zero(const Window& window, std::int64_t delta) {
  return per_second(window, delta).value_or(0);
}

}  // namespace weir::judge
