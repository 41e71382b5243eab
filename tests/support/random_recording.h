// random_recording(): Recordings with every field filled and with every kind of odd text; the same
// seed gives the same Recording. Not plausible hosts: only the codec's contract holds for them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "codec/recording_fields.h"
#include "model/recording.h"

namespace weir::test {

class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : engine_(seed) {}

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  std::int64_t integer() {
    constexpr std::int64_t edges[] = {0, 1, -1, INT64_MAX, INT64_MIN, 4096, std::int64_t{1} << 53U};
    return below(3) == 0 ? edges[below(std::size(edges))] : static_cast<std::int64_t>(engine_());
  }
  std::int64_t count() { return std::max<std::int64_t>(integer(), 0); }
  std::uint64_t large() { return below(4) == 0 ? UINT64_MAX : engine_(); }
  std::int64_t instant() { return static_cast<std::int64_t>(engine_() >> 2U); }
  bool coin() { return below(2) == 0; }

  /// Bytes from which a process may choose its name: any bytes.
  std::string text() {
    constexpr const char* odd[] = {"",         "nginx: ü", "a\\x41",   "\"quoted\"", "two\nlines",
                                   "\xff\xfe", "\xe2\x82", "\x1b[31m", "tab\tbed",   "\\"};
    if (below(2) == 0) return odd[below(std::size(odd))];
    std::string bytes(below(12), '\0');
    for (auto& byte : bytes) byte = static_cast<char>(below(256));
    return bytes;
  }

  template <class T, class Make>
  std::vector<T> some(Make make) {
    std::vector<T> values;
    for (std::size_t n = below(4); n > 0; --n) values.push_back(make());
    return values;
  }
  std::map<std::string, std::string> texts() {
    std::map<std::string, std::string> values;
    for (std::size_t n = below(4); n > 0; --n) values[text()] = text();
    return values;
  }

 private:
  std::mt19937_64 engine_;
};

/// Fills every member that the lists of codec/ name, each with a value of its type.
class RandomFiller {
 public:
  explicit RandomFiller(RandomValues& random) : random_(random) {}

  template <class T>
  void operator()(std::string_view /*name*/, T& value) {
    fill(value);
  }
  template <class T>
  void added(std::string_view /*name*/, T& value) {
    fill(value);
  }
  template <class T>
  void known(std::string_view /*name*/, T& value) {
    fill(value);
  }
  template <class T>
  void as_text(std::string_view /*name*/, T& value) {
    fill(value);
  }
  template <class T>
  void as_text(std::string_view name, T& value, const codec::Bounds& bounds) {
    (*this)(name, value, bounds);
  }
  template <class T>
  void operator()(std::string_view /*name*/, T& value, const codec::Bounds& bounds) {
    fill(value);
    hold_within(value, bounds);
  }
  template <class T>
  void added(std::string_view name, T& value, const codec::Bounds& bounds) {
    (*this)(name, value, bounds);
  }

 private:
  /// The ends of the range stay likely.
  static void hold_within(std::int64_t& value, const codec::Bounds& bounds) {
    value = std::clamp(value, bounds.least, bounds.most);
  }
  template <class Unit>
  static void hold_within(Quantity<Unit>& value, const codec::Bounds& bounds) {
    hold_within(value.count, bounds);
  }
  template <class T>
  static void hold_within(std::optional<T>& value, const codec::Bounds& bounds) {
    if (value) hold_within(*value, bounds);
  }
  static void hold_within(std::vector<std::int64_t>& values, const codec::Bounds& bounds) {
    for (auto& value : values) hold_within(value, bounds);
  }
  static void hold_within(std::map<std::string, std::int64_t>& values,
                          const codec::Bounds& bounds) {
    for (auto& entry : values) hold_within(entry.second, bounds);
  }

  void fill(std::string& value) { value = random_.text(); }
  void fill(char& value) { value = static_cast<char>(random_.below(256)); }
  void fill(bool& value) { value = random_.coin(); }
  void fill(std::int64_t& value) { value = random_.integer(); }
  void fill(std::uint64_t& value) { value = random_.large(); }
  void fill(Family& value) { value = random_.coin() ? Family::ipv4 : Family::ipv6; }
  void fill(Subject& value) { value = all_subjects.at(random_.below(all_subjects.size())); }
  template <class Unit>
  void fill(Quantity<Unit>& value) {
    fill(value.count);
  }
  template <class T>
  void fill(std::optional<T>& value) {
    value.reset();
    if (random_.coin()) fill(value.emplace());
  }
  template <class T>
  void fill(std::vector<T>& values) {
    values.clear();
    for (std::size_t n = random_.below(4); n > 0; --n) fill(values.emplace_back());
  }
  template <class T>
  void fill(std::map<std::string, T>& values) {
    values.clear();
    for (std::size_t n = random_.below(4); n > 0; --n) fill(values[random_.text()]);
  }
  template <class T>
  requires(std::is_class_v<T>) void fill(T& value) { codec::fields(*this, value, codec::Tag<T>{}); }

  RandomValues& random_;
};

template <class T>
[[nodiscard]] T random_value(RandomValues& random) {
  T value{};
  RandomFiller filler(random);
  codec::fields(filler, value, codec::Tag<T>{});
  return value;
}

/// Removes values that no rule may get: the codec refuses them.
inline void make_possible(RandomValues& random, Snapshot& snapshot) {
  snapshot.provenance.boot_time = {random.instant()};
  snapshot.provenance.wall_time = {random.instant()};
  snapshot.host.page_size = {4096};
  snapshot.host.ticks_per_second = 100;
}

inline Snapshot random_snapshot(RandomValues& r) {
  auto snapshot = random_value<Snapshot>(r);
  make_possible(r, snapshot);
  return snapshot;
}

inline Series random_series(RandomValues& r) {
  Series series;
  if (r.coin()) {
    series.of = ListenerMetric{r.large(), all_metrics.at(r.below(all_metrics.size()))};
  } else {
    series.of = OtherMetric{r.text(), r.text()};
  }
  for (std::int64_t i = 0; i < 5; ++i) {
    series.times.push_back(i * 50 * nanoseconds_per_millisecond);
    series.values.push_back(r.integer());
  }
  return series;
}

inline Event random_event(RandomValues& r) {
  Event event;
  event.time = r.instant();
  switch (r.below(4)) {
    case 0: event.what = random_value<ListenerOpened>(r); break;
    case 1: event.what = random_value<ListenerClosed>(r); break;
    case 2: event.what = random_value<OwnerState>(r); break;
    default: event.what = OtherEvent{r.text(), r.texts()};
  }
  return event;
}

inline Recording random_recording(std::uint64_t seed) {
  RandomValues r(seed);
  Recording recording;
  recording.first = random_snapshot(r);
  if (r.coin()) {
    recording.last = random_snapshot(r);
    recording.last->provenance.place = recording.first.provenance.place;

    recording.last->provenance.boot_time = recording.first.provenance.boot_time + seconds(3);
  }
  recording.series = r.some<Series>([&] { return random_series(r); });
  recording.samples = r.count();
  recording.events = r.some<Event>([&] { return random_event(r); });
  recording.histograms = r.some<Histogram>([&] {
    return Histogram{r.text(), {1, 2}, {r.count(), r.count(), r.count()}};
  });
  recording.flow_samples = r.some<FlowSample>([&] {
    return FlowSample{r.count(), r.count(), r.text()};
  });
  recording.bounds = r.some<Bound>([&] { return Bound{r.text(), r.count(), r.count()}; });
  recording.flows = r.some<Flow>([&] { return random_value<Flow>(r); });
  return recording;
}

}  // namespace weir::test
