#include "judge/queue.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "base/integers.h"
#include "base/number_text.h"

namespace weir::judge {

namespace {

/// A queue that stays full this long also refuses the client's second attempt: the initial
/// retransmission time-out is 1 s (RFC 6298, TCP_TIMEOUT_INIT).
constexpr double standing_seconds = 1.0;
/// In a window shorter than that, the queue must stay full for this share of the window.
constexpr double standing_window_share = 0.8;
/// Between bursts a queue that its owner empties falls to a quarter of its limit or below …
constexpr std::int64_t low_divisor = 4;
/// … in at least this share of the samples. A smaller share can be chance.
constexpr double low_share = 0.1;
/// weir's own threshold for "came near its limit". One more burst of the same size may need the
/// remaining fifth.
constexpr double near_full_share = 0.8;
/// In a shorter queue, two or three clients in one sample reach the limit. That proves nothing.
constexpr std::int64_t near_full_least = 8;
/// A member of a group is skewed when it is half full on average while every other member is nearly
/// empty. The kernel's hash of the addresses does not distribute connections like that by itself
/// (reuseport_select_sock(), net/core/sock_reuseport.c).
constexpr double skewed_fill = 0.5;
constexpr double empty_sibling_fill = 0.1;
/// Fewer samples do not prove skew.
constexpr std::int64_t skew_samples = 10;

/// A queue from which nothing is accepted never gets shorter: clients stay in it after they gave
/// up. Even a program that accepts one connection after the other is faster than this time and this
/// number.
constexpr double waiting_seconds = 2.0;
constexpr std::int64_t waiting_least = 8;

/// Visitors leave a page that takes longer than this to begin, and the client's SYN would be sent
/// again: see standing_seconds.
constexpr double slow_wait_seconds = 1.0;

/// The counters are read a moment before the queues, so a few handshakes can complete in between.
constexpr std::int64_t taken_least = 5;

std::int64_t low_mark(const Listener& listener) { return listener.backlog / low_divisor; }

/// The part of a series in which the queue was full, and how often the queue was low in between.
struct FullSpan {
  std::int64_t samples = 0;
  std::int64_t low = 0;
  double seconds = 0;
};

FullSpan measure_full_span(const Series& series, const Listener& listener) {
  const auto is_full = [&](std::int64_t value) { return value >= full_mark(listener); };
  const auto first = std::find_if(series.values.begin(), series.values.end(), is_full);
  if (first == series.values.end()) return {};
  const auto after_last =
      std::find_if(series.values.rbegin(), series.values.rend(), is_full).base();
  const auto begin = static_cast<std::size_t>(first - series.values.begin());
  const auto end = static_cast<std::size_t>(after_last - series.values.begin());
  FullSpan span;
  span.samples = static_cast<std::int64_t>(end - begin);
  span.low = std::count_if(first, after_last,
                           [&](std::int64_t value) { return value <= low_mark(listener); });
  if (end > series.times.size()) return span;
  span.seconds =
      to_seconds(Nanoseconds{difference(series.times[begin], series.times[end - 1]).value_or(0)});
  return span;
}

bool is_standing(const Series& series, const Listener& listener, double window_seconds) {
  const FullSpan span = measure_full_span(series, listener);
  if (span.seconds < std::min(standing_seconds, standing_window_share * window_seconds))
    return false;
  return static_cast<double>(span.low) < low_share * static_cast<double>(span.samples);
}

double seconds_between(const Series& series, std::size_t begin, std::size_t end) {
  if (begin >= series.times.size() || end >= series.times.size()) return 0;
  return to_seconds(Nanoseconds{difference(series.times[begin], series.times[end]).value_or(0)});
}

double measure_longest_full_run(const Series& series, const Listener& listener) {
  double longest = 0;
  std::optional<std::size_t> begin;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (series.values[i] < full_mark(listener)) {
      begin.reset();
      continue;
    }
    if (!begin) begin = i;
    longest = std::max(longest, seconds_between(series, *begin, i));
  }
  return longest;
}

/// Whether the queue never fell, from the first sample with a connection to the window's end.
bool is_waiting(const Series& series) {
  const auto first = std::find_if(series.values.begin(), series.values.end(),
                                  [](std::int64_t value) { return value > 0; });
  if (first == series.values.end() || series.values.back() < waiting_least ||
      !std::is_sorted(first, series.values.end()))
    return false;
  return seconds_between(series, static_cast<std::size_t>(first - series.values.begin()),
                         series.values.size() - 1) >= waiting_seconds;
}

void measure_series(QueueView& view, const Series& series, std::int64_t samples) {
  const auto& values = series.values;
  const Listener& listener = *view.listener;
  const std::int64_t mark = full_mark(listener);
  view.samples = std::max(samples, static_cast<std::int64_t>(values.size()));
  if (view.samples == 0) return;
  const auto total = static_cast<double>(view.samples);
  const auto full = std::count_if(values.begin(), values.end(),
                                  [&](std::int64_t value) { return value >= mark; });
  const auto used =
      std::count_if(values.begin(), values.end(), [](std::int64_t value) { return value > 0; });
  double fill = 0;
  for (const std::int64_t value : values) {
    view.sampled_peak = std::max(view.sampled_peak, value);
    fill += static_cast<double>(value) / static_cast<double>(mark);
  }
  view.full_share = static_cast<double>(full) / total;
  view.empty_share = 1.0 - static_cast<double>(used) / total;
  view.mean_fill = fill / total;
  view.longest_full_seconds = measure_longest_full_run(series, listener);
}

QueueView observe(const Window& window, const Listener& listener) {
  QueueView view;
  view.listener = &listener;
  const Listener* before = find_before(window, listener);
  view.sampled_peak =
      std::max({std::int64_t{0}, listener.queue, before == nullptr ? 0 : before->queue});
  if (window.start() == nullptr) return view;
  // The drops of a socket that was opened inside the window began at zero.
  view.drops = difference(before == nullptr ? 0 : before->drops, listener.drops);
  const Series* series = find_series(window, listener, Metric::accept_queue);
  const Series nothing{};
  // Samples from before the socket was opened do not belong to it.
  const std::int64_t samples = before == nullptr ? 0 : window.recording().samples;
  measure_series(view, series == nullptr ? nothing : *series, samples);
  if (series == nullptr) view.empty_share = view.samples > 0 ? 1 : 0;
  if (series != nullptr && is_waiting(*series)) view.shape = QueueShape::waiting;
  if (series != nullptr && is_standing(*series, listener, window.seconds()))
    view.shape = QueueShape::standing;
  return view;
}

/// How long the last connection waits in a queue that never overflows: the lowest level, divided by
/// the rate at which connections are accepted. The completed handshakes are those of the whole
/// namespace, so the real wait is at least this long.
void measure_wait(const Window& window, QueueView& view) {
  const Listener& listener = *view.listener;
  const Listener* before = find_before(window, listener);
  const Series* series = find_series(window, listener, Metric::accept_queue);
  const auto completed = counter_delta(window, "Tcp.PassiveOpens");
  if (before == nullptr || series == nullptr || series->values.empty() || !completed ||
      window.seconds() < waiting_seconds)
    return;
  if (seconds_between(*series, 0, series->values.size() - 1) <
      standing_window_share * window.seconds())
    return;
  const auto grown = saturated_difference(listener.queue, before->queue);
  const auto taken = std::min(saturated_difference(*completed, grown), *completed);
  const auto lowest = std::min({before->queue, listener.queue,
                                *std::min_element(series->values.begin(), series->values.end())});
  if (taken < taken_least || lowest < waiting_least) return;
  view.taken_per_second = static_cast<double>(taken) / window.seconds();
  view.wait_seconds = static_cast<double>(lowest) / view.taken_per_second;
}

/// Gives each view the number of its SO_REUSEPORT group: equal family, address, port and interface.
void number_groups(std::vector<QueueView>& views) {
  using Key = std::tuple<Family, std::string, std::int64_t, std::int64_t>;
  std::map<Key, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < views.size(); ++i) {
    const Listener& listener = *views[i].listener;
    groups[Key{listener.family, listener.address, listener.port, listener.interface}].push_back(i);
  }
  std::size_t number = 0;
  for (const auto& group : groups) {
    for (const std::size_t member : group.second) {
      views[member].group = number;
      views[member].group_size = static_cast<std::int64_t>(group.second.size());
    }
    ++number;
  }
}

void mark_skew(std::vector<QueueView>& views) {
  std::map<std::size_t, std::vector<QueueView*>> groups;
  for (auto& view : views) groups[view.group].push_back(&view);
  for (const auto& group : groups) {
    const auto used =
        std::count_if(group.second.begin(), group.second.end(),
                      [](const QueueView* view) { return view->mean_fill > empty_sibling_fill; });
    for (QueueView* view : group.second) {
      if (view->group_size < 2 || view->samples < skew_samples || view->mean_fill < skewed_fill)
        continue;
      view->skewed = used == 1;  // only this member
    }
  }
}

std::int64_t sum_drops(const std::vector<QueueView*>& views) {
  return std::accumulate(views.begin(), views.end(), std::int64_t{0},
                         [](std::int64_t sum, const QueueView* view) {
                           return saturated_sum(sum, view->drops.value_or(0));
                         });
}

/// Distributes `overflows` in proportion to the drops; no listener gets more than its drops. The
/// rest after rounding goes to the first listeners with room.
std::int64_t share_among(const std::vector<QueueView*>& views, std::int64_t overflows) {
  const std::int64_t drops = sum_drops(views);
  if (drops <= 0 || overflows <= 0) return overflows;
  const double factor = std::min(1.0, static_cast<double>(overflows) / static_cast<double>(drops));
  std::int64_t left = overflows;
  for (QueueView* view : views) {
    view->overflows =
        std::min(left, rounded(std::floor(factor * static_cast<double>(view->drops.value_or(0)))));
    left -= view->overflows;
  }
  for (QueueView* view : views) {
    const std::int64_t more =
        std::clamp<std::int64_t>(view->drops.value_or(0) - view->overflows, 0, left);
    view->overflows += more;
    left -= more;
  }
  return left;
}

/// If no sample saw a listener full, only its drops can show the overflows. If there are several
/// such listeners, and most drops have another cause (a flood with cookies off), naming one would
/// be a guess.
bool can_share_unseen(const std::vector<QueueView*>& unseen, std::int64_t overflows) {
  return unseen.size() == 1 || overflows > sum_drops(unseen) / 2;
}

/// sk_drops counts refused SYNs of every cause (tcp_listendrop(), include/net/tcp.h).
/// ListenOverflows counts only full accept queues, but for all listeners together. So the listeners
/// that were seen full get the overflows first, up to their drops. The rest came from bursts
/// between two samples.
std::int64_t attribute_overflows(std::vector<QueueView>& views, std::int64_t overflows) {
  std::vector<QueueView*> full;
  std::vector<QueueView*> unseen;
  std::vector<QueueView*> full_without_drops;
  for (auto& view : views) {
    const bool reached = view.sampled_peak >= full_mark(*view.listener);
    if (reached && !view.drops) full_without_drops.push_back(&view);
    if (view.drops.value_or(0) > 0) (reached ? full : unseen).push_back(&view);
  }
  std::int64_t left = share_among(full, overflows);
  if (can_share_unseen(unseen, left)) left = share_among(unseen, left);
  if (left > 0 && !full_without_drops.empty()) {
    full_without_drops.front()->overflows = left;
    left = 0;
  }
  return left;
}

/// Replaces ListenOverflows if netstat could not be read.
std::int64_t count_drops_of_full(const std::vector<QueueView>& views) {
  std::int64_t drops = 0;
  for (const auto& view : views) {
    if (view.sampled_peak >= full_mark(*view.listener))
      drops = saturated_sum(drops, view.drops.value_or(0));
  }
  return drops;
}

/// If a queue never fell, nothing was accepted from it. The exception: the completed handshakes
/// exceed the queue's growth, and no other listener can have had them.
QueueShape judge_shape(const QueueView& view, bool is_alone) {
  if (view.shape == QueueShape::standing || view.skewed) return QueueShape::standing;
  if (view.shape == QueueShape::waiting && !(is_alone && view.taken_per_second > 0))
    return QueueShape::waiting;
  if (view.wait_seconds >= slow_wait_seconds) return QueueShape::slow;
  if (view.overflows > 0) return QueueShape::burst;
  const auto near = std::max(near_full_share * static_cast<double>(view.listener->backlog),
                             static_cast<double>(near_full_least));
  return static_cast<double>(view.sampled_peak) >= near ? QueueShape::near_full : QueueShape::quiet;
}

}  // namespace

std::int64_t full_mark(const Listener& listener) {
  return std::max<std::int64_t>(listener.backlog, 1);
}

bool suffers(const QueueView& queue) {
  return queue.overflows > 0 || queue.shape >= QueueShape::waiting;
}

QueueViews compute_queue_views(const Window& window) {
  QueueViews result;
  result.views.reserve(window.end().sockets.listeners.size());
  for (const auto& listener : window.end().sockets.listeners)
    result.views.push_back(observe(window, listener));
  number_groups(result.views);
  for (auto& view : result.views) view.peak = view.sampled_peak;
  if (window.start() == nullptr) return result;
  mark_skew(result.views);
  result.overflows = counter_delta(window, "TcpExt.ListenOverflows");
  result.unattributed = attribute_overflows(
      result.views, result.overflows.value_or(count_drops_of_full(result.views)));
  const bool is_alone = std::all_of(result.views.begin(), result.views.end(),
                                    [](const QueueView& view) { return view.group == 0; });
  for (auto& view : result.views) {
    measure_wait(window, view);
    view.shape = judge_shape(view, is_alone);
    // The kernel refuses only when backlog + 1 connections wait. So the queue held that many, even
    // if no sample shows it.
    view.peak = view.overflows > 0
                    ? std::max(view.sampled_peak, saturated_sum(view.listener->backlog, 1))
                    : view.sampled_peak;
  }
  return result;
}

}  // namespace weir::judge
