// QueueSeries: turns the samples of all listeners into Series and Events, within bounds. Not a
// reader: the caller passes each sample.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/wire/sock_diag.h"
#include "model/recording.h"

namespace weir::sense {

class QueueSeries {
 public:
  /// The listeners at the start of the window, and the largest number of listeners with Series.
  QueueSeries(const std::vector<Listener>& listeners, std::int64_t max_series);

  /// Adds all listeners at one instant. Appends events for listeners that were opened or closed
  /// since the last sample.
  void add_sample(std::int64_t time, const std::vector<wire::DiagSocket>& listeners,
                  std::vector<Event>& events);

  /// Cookies of the listeners whose queue was at least 90 % full at the last sample.
  [[nodiscard]] const std::vector<std::uint64_t>& crowded() const { return crowded_; }
  [[nodiscard]] std::int64_t samples() const { return samples_; }
  /// Listeners that moved but have no Series because of the bound.
  [[nodiscard]] std::int64_t dropped() const { return dropped_; }
  /// The Series, ordered by the listener's first movement; afterwards this value has none.
  [[nodiscard]] std::vector<Series> take() { return std::move(series_); }

 private:
  static constexpr std::size_t none = SIZE_MAX;
  struct Track {
    std::string name;
    std::int64_t seen_in = 0;      ///< number of the last sample that had it
    std::int64_t first_time = -1;  ///< of its first sample
    std::int64_t first_queue = 0;
    std::int64_t first_drops = 0;
    /// index of its accept_queue Series, if it has one; its drops are at the next index
    std::size_t series = none;
    bool refused = false;
  };

  void keep(Track& track, const wire::DiagSocket& listener, std::int64_t time);
  void begin_series(Track& track, std::uint64_t cookie, bool is_first);
  void remove_closed(std::int64_t time, std::vector<Event>& events);

  std::unordered_map<std::uint64_t, Track> tracks_;
  std::vector<std::uint64_t> crowded_;
  std::vector<Series> series_;
  std::int64_t max_series_;
  std::int64_t samples_ = 0;
  std::int64_t dropped_ = 0;
};

}  // namespace weir::sense
