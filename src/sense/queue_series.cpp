#include "sense/queue_series.h"

#include <utility>

namespace weir::sense {
namespace {

/// sk_acceptq_is_full() is true above sk_max_ack_backlog: the queue holds one connection more than
/// the backlog (include/net/sock.h).
bool is_crowded(const wire::DiagSocket& listener) {
  constexpr std::uint64_t tenths = 9;
  const std::uint64_t capacity = std::uint64_t{listener.send_queue} + 1;
  return std::uint64_t{listener.receive_queue} * 10 >= capacity * tenths;
}

void append_sample(Series& series, std::int64_t time, std::int64_t value) {
  series.times.push_back(time);
  series.values.push_back(value);
}

}  // namespace

QueueSeries::QueueSeries(const std::vector<Listener>& listeners, std::int64_t max_series)
    : max_series_(max_series) {
  tracks_.reserve(listeners.size());
  for (const auto& listener : listeners) tracks_[listener.cookie].name = listener_name(listener);
}

void QueueSeries::add_sample(std::int64_t time, const std::vector<wire::DiagSocket>& listeners,
                             std::vector<Event>& events) {
  ++samples_;
  crowded_.clear();
  for (const auto& listener : listeners) {
    auto found = tracks_.find(listener.cookie);
    if (found == tracks_.end()) {
      found = tracks_.emplace(listener.cookie, Track{}).first;
      found->second.name = listener_name(wire::to_listener(listener));
      events.push_back({time, ListenerOpened{listener.cookie, found->second.name}});
    }
    keep(found->second, listener, time);
    if (is_crowded(listener)) crowded_.push_back(listener.cookie);
  }
  if (tracks_.size() > listeners.size()) remove_closed(time, events);
}

void QueueSeries::keep(Track& track, const wire::DiagSocket& listener, std::int64_t time) {
  const std::int64_t queue = listener.receive_queue;
  const std::int64_t drops = listener.drops.value_or(0);
  const bool is_first = track.first_time < 0;
  track.seen_in = samples_;
  if (is_first) {
    track.first_time = time;
    track.first_queue = queue;
    track.first_drops = drops;
  }
  if (track.series == none && !track.refused && (queue > 0 || drops != track.first_drops))
    begin_series(track, listener.cookie, is_first);
  if (track.series == none) return;
  append_sample(series_[track.series], time, queue);
  if (listener.drops) append_sample(series_[track.series + 1], time, drops);
}

void QueueSeries::begin_series(Track& track, std::uint64_t cookie, bool is_first) {
  constexpr std::size_t metrics = 2;
  if (static_cast<std::int64_t>(series_.size() / metrics) >= max_series_) {
    track.refused = true;
    ++dropped_;
    return;
  }
  track.series = series_.size();
  series_.push_back({ListenerMetric{cookie, Metric::accept_queue}, {}, {}});
  series_.push_back({ListenerMetric{cookie, Metric::drops}, {}, {}});
  if (is_first) return;
  append_sample(series_[track.series], track.first_time, track.first_queue);
  append_sample(series_[track.series + 1], track.first_time, track.first_drops);
}

void QueueSeries::remove_closed(std::int64_t time, std::vector<Event>& events) {
  for (auto track = tracks_.begin(); track != tracks_.end();) {
    if (track->second.seen_in == samples_) {
      ++track;
      continue;
    }
    events.push_back({time, ListenerClosed{track->first, track->second.name}});
    track = tracks_.erase(track);
  }
}

}  // namespace weir::sense
