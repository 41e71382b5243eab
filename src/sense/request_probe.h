// RequestProbe: follows the listeners' half-open requests inside the window: by the BPF programs at
// each sample, else by a dump while the counters say that SYN queues matter. Not a sampler of
// connections: the dump passes over the whole hash of them, so on a quiet host there is none.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/counters.h"
#include "model/listener.h"
#include "model/recording.h"
#include "sense/file_reader.h"

namespace weir::sense {

class RequestProbe {
 public:
  /// The counters and listeners are those of the window's start. `window` decides how often it
  /// dumps: at most max_dumps times.
  RequestProbe(kernel::Kernel& kernel, FileReader& reader, const Counters& counters,
               std::vector<Listener> listeners, Nanoseconds window);
  RequestProbe(const RequestProbe&) = delete;
  RequestProbe& operator=(const RequestProbe&) = delete;
  RequestProbe(RequestProbe&&) = delete;
  RequestProbe& operator=(RequestProbe&&) = delete;
  ~RequestProbe() { kernel_.probes.close(); }

  /// At each sample, with the number of listeners that it found. Without BPF it dumps when enough
  /// time has passed since the last dump and a counter of half-open requests has moved.
  void look(std::int64_t time, std::size_t listeners);

  /// How the requests were read, for Snapshot::read_by: "BPF", or "sock_diag" and why; empty when
  /// nothing was there to be read.
  [[nodiscard]] std::string method() const;

  /// Empty while BPF programs read the requests, and where nothing was there to be read.
  [[nodiscard]] const std::string& why_no_probes() const { return no_probes_; }

  /// Without BPF so many listeners are not followed.
  [[nodiscard]] bool has_too_many() const {
    return !no_probes_.empty() && listeners_.size() > max_listeners_followed;
  }

  /// Without BPF nothing is followed on a host with so many sockets.
  [[nodiscard]] bool is_too_dear() const { return !no_probes_.empty() && is_huge_; }

  /// Series of half_open and half_open_stale, of the same times, for each listener that had a
  /// half-open request at a look.
  [[nodiscard]] std::vector<Series> take();

  static constexpr std::int64_t max_dumps = 12;
  static constexpr std::size_t max_listeners_followed = 512;

 private:
  struct Pair {
    Series all;
    Series stale;
  };

  bool look_by_probes(std::int64_t time, std::size_t listeners);
  void look_by_dump(std::int64_t time);
  [[nodiscard]] std::int64_t read_activity();
  void dump(std::int64_t time);
  void append(std::uint64_t cookie, std::int64_t time, std::int64_t half_open, std::int64_t stale);

  kernel::Kernel& kernel_;
  FileReader& reader_;
  std::vector<Listener> listeners_;
  std::int64_t interval_;
  std::int64_t next_ = 0;
  std::int64_t activity_ = 0;
  std::int64_t dumps_ = 0;
  bool is_huge_;  ///< a dump would pass over too many sockets
  bool dump_works_ = true;
  bool looked_ = false;
  std::string no_probes_;  ///< why there are no BPF programs; empty while there are
  std::vector<std::byte> bytes_;
  std::map<std::uint64_t, Pair> series_;
};

}  // namespace weir::sense
