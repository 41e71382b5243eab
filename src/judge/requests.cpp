#include "judge/requests.h"

#include <algorithm>
#include <map>

#include "base/integers.h"
#include "base/number_text.h"

namespace weir::judge {

namespace {

void raise(std::int64_t& peak, std::optional<std::int64_t> value) {
  peak = std::max(peak, value.value_or(0));
}

void raise(std::int64_t& peak, const Series* series) {
  if (series == nullptr) return;
  for (const std::int64_t value : series->values) peak = std::max(peak, value);
}

/// Measures the samples of the last stretch, and the window's end after them.
void measure_stretch(RequestView& view, const Window& window, const Series* series) {
  if (series == nullptr || !view.half_open) return;
  const auto length = window_length(window.recording()).count;
  const auto begin = saturated_difference(
      length, rounded(stretch_seconds * static_cast<double>(nanoseconds_per_second)));
  // The last sample before the stretch is its starting value.
  std::optional<std::int64_t> first;
  std::optional<std::int64_t> floor;
  for (std::size_t i = 0; i < std::min(series->times.size(), series->values.size()); ++i) {
    if (series->times[i] <= begin) {
      first = series->values[i];
      floor = first;
    } else if (floor) {
      floor = std::min(*floor, series->values[i]);
    }
  }
  if (!first) return;
  view.stretch_floor =
      larger(view.stretch_floor, std::max<std::int64_t>(std::min(*floor, *view.half_open), 0));
  if (*floor >= *first)
    view.growth = std::max(view.growth, saturated_difference(*view.half_open, *first));
}

bool accept_queue_stands(const Window& window, const QueueView& queue) {
  const bool reached = queue.overflows > 0 || queue.sampled_peak >= full_mark(*queue.listener);
  if (window.start() == nullptr) return queue.listener->queue >= full_mark(*queue.listener);
  return reached && (queue.shape >= QueueShape::waiting);
}

void add_member(RequestView& view, const Window& window, const QueueView& queue) {
  const Listener& listener = *queue.listener;
  view.limit = saturated_sum(view.limit, std::max<std::int64_t>(listener.backlog, 0));
  view.refused = saturated_sum(view.refused, queue.overflows);
  view.accept_full = view.accept_full || accept_queue_stands(window, queue);
  view.half_open = larger(view.half_open, listener.half_open);
  view.stale = larger(view.stale, listener.half_open_stale);
  raise(view.peak, listener.half_open);
  raise(view.stale_peak, listener.half_open_stale);
  if (window.start() == nullptr) return;
  const Series* half_open = find_series(window, listener, Metric::half_open);
  raise(view.peak, half_open);
  raise(view.stale_peak, find_series(window, listener, Metric::half_open_stale));
  measure_stretch(view, window, half_open);
  const Listener* before = find_before(window, listener);
  if (before != nullptr) raise(view.peak, before->half_open);
  if (!listener.half_open_stale) return;
  // If the old requests were not counted at the start, all requests may have been old then. A
  // socket that was opened inside the window had none.
  std::optional<std::int64_t> old_before = 0;
  if (before != nullptr)
    old_before = before->half_open_stale ? before->half_open_stale : before->half_open;
  if (old_before)
    view.stale_growth =
        std::max(view.stale_growth, saturated_difference(*listener.half_open_stale, *old_before));
}

}  // namespace

bool was_full(const RequestView& view) {
  return view.limit > 0 &&
         static_cast<double>(view.peak) >= full_queue_share * static_cast<double>(view.limit);
}

std::vector<RequestView> compute_request_views(const Window& window, const QueueViews& queues) {
  std::vector<RequestView> views;
  std::map<std::size_t, std::size_t> view_of_group;
  for (const auto& queue : queues.views) {
    const auto [position, is_new] = view_of_group.emplace(queue.group, views.size());
    if (is_new) {
      RequestView view;
      view.listener = queue.listener;
      view.group_size = queue.group_size;
      views.push_back(view);
    }
    add_member(views[position->second], window, queue);
  }
  return views;
}

}  // namespace weir::judge
