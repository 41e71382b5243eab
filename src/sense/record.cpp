#include "sense/record.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "sense/file_reader.h"
#include "sense/owner_probe.h"
#include "sense/queue_series.h"
#include "sense/request_probe.h"
#include "sense/snapshot.h"
#include "sense/socket_walk.h"
#include "sense/sockets.h"

namespace weir::sense {
namespace {

constexpr std::int64_t max_events = 4096;
/// The time between samples for each listener. One listener costs 0.5 to 1.5 microseconds of CPU on
/// the measured machine, so sampling stays below a sixth of one CPU.
constexpr std::int64_t interval_per_listener = 10'000;

Nanoseconds choose_interval(const RecordOptions& options) {
  const std::int64_t samples = std::max<std::int64_t>(1, options.max_samples);
  return {std::max({options.sample_interval.count, options.window.count / samples,
                    nanoseconds_per_millisecond})};
}

/// From 5,000 listeners on, 20 samples a second would cost too much CPU.
Nanoseconds choose_interval(const RecordOptions& options, std::size_t listeners) {
  return {std::max(
      choose_interval(options).count,
      static_cast<std::int64_t>(std::min(listeners, max_listeners)) * interval_per_listener)};
}

/// Keeps the larger of the two Snapshots' drops for each collection.
void merge_bounds(const std::vector<Bound>& more, std::vector<Bound>& bounds) {
  for (const auto& bound : more) {
    const auto known = std::find_if(bounds.begin(), bounds.end(), [&](const Bound& other) {
      return other.collection == bound.collection;
    });
    if (known == bounds.end()) {
      bounds.push_back(bound);
    } else {
      known->dropped = std::max(known->dropped, bound.dropped);
    }
  }
}

/// The part of the window between its two Snapshots.
class Sampling {
 public:
  Sampling(kernel::Kernel& kernel, FileReader& reader, const RecordOptions& options,
           const Snapshot& first)
      : kernel_(kernel),
        request_(build_listener_request()),
        start_(first.provenance.boot_time),
        end_(start_ + options.window),
        interval_(choose_interval(options, first.sockets.listeners.size())),
        usual_interval_(choose_interval(options)),
        max_series_(options.max_series),
        series_(first.sockets.listeners, options.max_series),
        probe_(reader, first.sockets.listeners),
        requests_(kernel, reader, first.counters, first.sockets.listeners, options.window) {}

  void run(const Progress& progress) {
    Nanoseconds next = kernel_.clock.boot_time();
    while (next < end_) {
      if (!wait_until(next, progress)) return;
      const Nanoseconds now = kernel_.clock.boot_time();
      if (now < end_) sample(now);
      if (!report(now, progress)) return;
      next = next + interval_;
      if (next < now) next = now + interval_;  // behind: do not make up for missed samples
    }
    static_cast<void>(wait_until(end_, progress));
  }

  void finish(Recording& recording, Snapshot& first) {
    recording.samples = series_.samples();
    recording.bounds.push_back({"series", max_series_, series_.dropped()});
    recording.bounds.push_back({"owner probes", OwnerProbe::max_probes, probe_.dropped()});
    recording.bounds.push_back({"events", max_events, dropped_events_});
    recording.series = series_.take();
    if (auto method = requests_.method(); !method.empty())
      first.read_by["SYN queues"] = std::move(method);
    auto requests = requests_.take();
    std::move(requests.begin(), requests.end(), std::back_inserter(recording.series));
    recording.events = std::move(events_);
    note_left_out(first);
    if (!failure_.empty()) {
      first.not_seen.push_back(
          {Subject::queue_samples, "samples of the listeners' queues", failure_});
    }
  }

 private:
  void note_left_out(Snapshot& first) const {
    const auto in_ms = [](Nanoseconds time) {
      return std::to_string(time.count / nanoseconds_per_millisecond) + " ms";
    };
    const std::string listeners = std::to_string(first.sockets.listeners.size()) + " listeners";
    if (interval_ > usual_interval_) {
      first.not_seen.push_back({Subject::precision, "bursts between two samples of the queues",
                                "weir samples " + listeners + " every " + in_ms(interval_) +
                                    " instead of every " + in_ms(usual_interval_)});
    }
    note_requests(first, listeners);
  }

  /// Notes the data that is missing if BPF does not read the SYN queues.
  void note_requests(Snapshot& first, const std::string& listeners) const {
    const std::string& why = requests_.why_no_probes();
    if (why.empty()) return;
    if (requests_.is_too_dear()) {
      first.not_seen.push_back({Subject::half_open_samples,
                                "half-open connections inside the window",
                                "without BPF weir does not follow them on a host with more than " +
                                    std::to_string(max_walked_sockets) + " TCP sockets; " + why});
    } else if (requests_.has_too_many()) {
      first.not_seen.push_back({Subject::half_open_samples,
                                "half-open connections inside the window",
                                "without BPF weir follows those of at most " +
                                    std::to_string(RequestProbe::max_listeners_followed) +
                                    " listeners, and there are " + listeners + "; " + why});
    } else {
      first.not_seen.push_back(
          {Subject::precision, "half-open connections at every sample",
           "without BPF weir counts them only a few times, while one of their counters moves; " +
               why});
    }
  }

  bool report(Nanoseconds now, const Progress& progress) const {
    if (!progress) return true;
    const double part = to_seconds(now - start_) / std::max(1e-9, to_seconds(end_ - start_));
    return progress(std::clamp(part, 0.0, 1.0));
  }

  /// Returns false if the window must end early.
  bool wait_until(Nanoseconds until, const Progress& progress) {
    while (!kernel_.clock.sleep_until(until)) {
      if (!report(kernel_.clock.boot_time(), progress)) return false;
    }
    return true;
  }

  void sample(Nanoseconds now) {
    if (!failure_.empty()) return;
    const auto status = visit_sockets(
        kernel_.netlink, request_, [this] { sockets_.clear(); },
        [this](const wire::DiagSocket& socket) {
          if (socket.state == wire::TcpState::listen && sockets_.size() < max_listeners)
            sockets_.push_back(socket);
        });
    if (!status.ok()) {
      failure_ = status.error().message;
      return;
    }
    const std::int64_t time = (now - start_).count;
    series_.add_sample(time, sockets_, events_);
    for (const auto cookie : series_.crowded()) probe_.look(time, cookie, events_);
    requests_.look(time, sockets_.size());
    if (static_cast<std::int64_t>(events_.size()) > max_events) {
      dropped_events_ += static_cast<std::int64_t>(events_.size()) - max_events;
      events_.resize(static_cast<std::size_t>(max_events));
    }
  }

  kernel::Kernel& kernel_;
  wire::ByteBuffer request_;
  Nanoseconds start_;
  Nanoseconds end_;
  Nanoseconds interval_;
  Nanoseconds usual_interval_;
  std::int64_t max_series_;
  QueueSeries series_;
  OwnerProbe probe_;
  RequestProbe requests_;
  std::vector<wire::DiagSocket> sockets_;
  std::vector<Event> events_;
  std::string failure_;
  std::int64_t dropped_events_ = 0;
};

std::string reason_not_to_compare(const Provenance& earlier, const Provenance& now) {
  if (const auto difference = find_difference(earlier.place, now.place)) {
    const std::string place = describe_difference(*difference, earlier.place, now.place);
    return "it is of " + place +
           (difference == PlaceDifference::boot ? ", and the counters have started again at zero"
                                                : "");
  }
  if (earlier.boot_time >= now.boot_time) return "it is not earlier than now";
  return {};
}

}  // namespace

Result<Recording> record_since(kernel::Kernel& kernel, const RecordOptions& options,
                               Snapshot earlier) {
  FileReader reader(kernel.files);
  WEIR_TRY(auto now, collect_snapshot(kernel, reader, options, SnapshotRole::lone, nullptr));
  const auto why = reason_not_to_compare(earlier.provenance, now.snapshot.provenance);
  if (!why.empty())
    return make_error(ErrorCode::conflict,
                      why + "; take a new snapshot with `weir snapshot -o FILE`");
  Recording recording;
  recording.first = std::move(earlier);
  recording.last = std::move(now.snapshot);
  recording.flows = std::move(now.connections.flows);
  recording.flow_samples = std::move(now.connections.flow_samples);
  recording.histograms = std::move(now.connections.histograms);
  recording.bounds = std::move(now.bounds);
  return recording;
}

Result<Recording> record(kernel::Kernel& kernel, const RecordOptions& options,
                         const Progress& progress) {
  FileReader reader(kernel.files);
  Recording recording;
  WEIR_TRY(auto first, collect_snapshot(kernel, reader, options, SnapshotRole::first, nullptr));
  recording.bounds = std::move(first.bounds);
  {
    Sampling sampling(kernel, reader, options, first.snapshot);
    sampling.run(progress);
    sampling.finish(recording, first.snapshot);
  }
  WEIR_TRY(auto last, collect_snapshot(kernel, reader, options, SnapshotRole::last, &first));
  recording.first = std::move(first.snapshot);
  recording.last = std::move(last.snapshot);
  recording.flows = std::move(last.connections.flows);
  recording.flow_samples = std::move(last.connections.flow_samples);
  recording.histograms = std::move(last.connections.histograms);
  merge_bounds(last.bounds, recording.bounds);
  return recording;
}

}  // namespace weir::sense
