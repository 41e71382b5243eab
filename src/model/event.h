// Event: something that happened inside a window, with the facts of its kind. Not the watching
// (sense/queue_series.h, sense/owner_probe.h), and not the words of a file for it
// (codec/recording_fields.cpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "base/units.h"

namespace weir {

/// A listener that the window's first sample did not have.
struct ListenerOpened {
  std::optional<std::uint64_t> listener;  ///< its SO_COOKIE; a file may lack it
  std::string name;                       ///< listener_name()
  friend bool operator==(const ListenerOpened&, const ListenerOpened&) = default;
};

/// A listener that a sample had and the next one did not.
struct ListenerClosed {
  std::optional<std::uint64_t> listener;  ///< its SO_COOKIE; a file may lack it
  std::string name;                       ///< listener_name()
  friend bool operator==(const ListenerClosed&, const ListenerClosed&) = default;
};

/// One look at one thread of a process that holds a listener, while the listener's accept queue was
/// at least 90 % full.
struct OwnerState {
  std::optional<std::uint64_t> listener;  ///< its SO_COOKIE; a file may lack it
  std::int64_t pid = 0;
  std::int64_t tid = 0;
  char state = '?';               ///< as Thread::state
  std::string wait;               ///< as Thread::wait
  std::optional<ClockTicks> cpu;  ///< used by the thread so far; a file may lack it
  /// open descriptors of the process; nothing where they could not be counted
  std::optional<std::int64_t> files;
  friend bool operator==(const OwnerState&, const OwnerState&) = default;
};

/// An event of a kind that this weir does not know, in the words of the file: a later weir sees
/// more. No rule reads it. It is kept because `weir check --from FILE --save OTHER` writes it
/// again.
struct OtherEvent {
  std::string kind;
  std::map<std::string, std::string> fields;
  friend bool operator==(const OtherEvent&, const OtherEvent&) = default;
};

struct Event {
  std::int64_t time = 0;  ///< nanoseconds since the first Snapshot's boot_time
  std::variant<ListenerOpened, ListenerClosed, OwnerState, OtherEvent> what;
  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace weir
