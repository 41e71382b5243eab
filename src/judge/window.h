// Window: the part of a Recording whose two ends may be compared, and the differences between them.
// Not a judgement. A counter that went back, or that one end lacks, has no difference.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "judge/window_index.h"
#include "model/recording.h"

namespace weir::judge {

/// Borrows the Recording. Without a start there is only one moment: levels can be judged, changes
/// cannot, and exactly one reason says why. A copy shares the index.
class Window {
 public:
  explicit Window(const Recording& recording);
  explicit Window(Recording&&) = delete;

  [[nodiscard]] const Recording& recording() const { return *recording_; }
  /// Null if the two ends may not be compared.
  [[nodiscard]] const Snapshot* start() const { return start_; }
  [[nodiscard]] const Snapshot& end() const { return *end_; }
  /// From the start to the end; 0 without a start.
  [[nodiscard]] double seconds() const { return seconds_; }
  /// Empty if and only if there is a start.
  [[nodiscard]] const std::string& why_no_start() const { return why_no_start_; }
  [[nodiscard]] const WindowIndex& index() const { return *index_; }

 private:
  const Recording* recording_;
  const Snapshot* start_ = nullptr;
  const Snapshot* end_;
  double seconds_ = 0;
  std::string why_no_start_;
  std::shared_ptr<const WindowIndex> index_;
};

/// later - earlier; nothing if either is missing or the number went back.
[[nodiscard]] std::optional<std::int64_t> difference(std::optional<std::int64_t> earlier,
                                                     std::optional<std::int64_t> later);

/// The larger number; if one is missing, the other.
[[nodiscard]] std::optional<std::int64_t> larger(std::optional<std::int64_t> a,
                                                 std::optional<std::int64_t> b);

/// How much a counter such as "TcpExt.ListenOverflows" grew inside the window.
[[nodiscard]] std::optional<std::int64_t> counter_delta(const Window& window,
                                                        const std::string& name);
[[nodiscard]] std::optional<std::int64_t> table_delta(const Window& window,
                                                      const std::string& name);

/// Nothing if the number is absent or unreadable; the two are not distinguished.
[[nodiscard]] std::optional<std::int64_t> find_number(
    const std::map<std::string, std::int64_t>& numbers, const std::string& name);

/// The listener at the window's start, found by cookie and inode; null without a start.
[[nodiscard]] const Listener* find_before(const Window& window, const Listener& listener);
/// The process at the window's start, found by pid and start time; null without a start.
[[nodiscard]] const Process* find_before(const Window& window, const Process& process);
/// The process at the window's end, found by pid.
[[nodiscard]] const Process* find_process(const Window& window, std::int64_t pid);
/// The states of a process that the looks inside the window found; empty without a start.
[[nodiscard]] std::span<const OwnerState* const> find_owner_states(const Window& window,
                                                                   std::int64_t pid);
/// A listener's samples of one metric; null where there are none.
[[nodiscard]] const Series* find_series(const Window& window, const Listener& listener,
                                        Metric metric);

/// The moment from which a total counts: "boot" in the host's first namespace, else "namespace".
[[nodiscard]] std::string counters_since(const Snapshot& snapshot);

/// A rate per second; nothing without a window.
[[nodiscard]] std::optional<double> per_second(const Window& window,
                                               std::optional<std::int64_t> delta);
/// per_second(), and 0 without a window.
[[nodiscard]] double rate_or_zero(const Window& window, std::int64_t delta);

}  // namespace weir::judge
